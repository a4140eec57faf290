export type Row = {
  level: string
  file: string
  /** The error's code, or what was seen. */
  outcome: string
  ms: number
  nextServed: boolean
  /** What leaked or was left behind; empty when nothing was. */
  leaks: readonly string[]
  /** Why the row does not hold; undefined when it does. */
  fault: string | undefined
}
