import { setFlagsFromString } from 'node:v8'

/**
 * Weighs the memory of tensors against the limit of the whole heap. Without it the collector of V8 sees only the small heap of
 * scripts and sweeps it after every hundred runs of 100 kB, which is a pause that one run in a hundred meets.
 */
export function calmCollector(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit')
}
