import type { WriteOptions } from '../writeOptions.ts'

export type RunOptions = WriteOptions & {
  modelId?: string
  input?: string[]
  cabinet?: string
  where?: string[]
  answers?: string[]
  output?: string
  maxPrice: string
  provider?: string
  allow?: string
  public?: boolean
  detach?: boolean
  receipt?: string
  timeout: string
}
