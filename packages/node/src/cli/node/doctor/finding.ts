/** One line of the doctor: what was looked at, how it is, and what to do about it. */
export type Finding = {
  group:
    | 'runtime'
    | 'sandbox'
    | 'hardware'
    | 'disk'
    | 'configuration'
    | 'chain'
    | 'contracts'
    | 'key'
    | 'ports'
    | 'engines'
  name: string
  status: 'ok' | 'warn' | 'fail'
  text: string
  fix?: string
  /** Mends it without any risk; run by --fix. */
  repair?: () => Promise<string>
}
