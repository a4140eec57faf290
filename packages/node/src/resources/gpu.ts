/** A graphics processor as its own tools describe it. */
export type Gpu = {
  name: string
  vendor: 'nvidia' | 'apple' | 'other'
  /** Undefined where the tool does not say, or where memory is shared with the processor. */
  totalBytes: number | undefined
  usedBytes: number | undefined
  /** 0 to 100. */
  busyPercent: number | undefined
  /** It works on the machine's own memory. */
  isUnified: boolean
  cores: number | undefined
}
