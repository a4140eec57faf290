import type { Gpu } from './gpu.ts'

/** What this machine has, as its control group and its tools tell it. */
export type Resources = {
  cores: number
  /** Mean of the processes that were ready to run in the last minute. */
  load: number
  memory: {
    /** What the control group allows, or the machine has. */
    totalBytes: number
    availableBytes: number
    /** Graphics processors work on the same memory. */
    isUnified: boolean
  }
  gpus: readonly Gpu[]
  disk: { freeBytes: number; totalBytes: number }
}
