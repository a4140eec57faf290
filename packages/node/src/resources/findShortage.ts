import { isExecutionProvider, providerNameOf } from '../runtime/providers.ts'
import type { Shortage } from './errors.ts'
import type { Resources } from './resources.ts'

/** Left free for the system and the node itself. */
const reserveBytes = 256 * 1_048_576
const diskReserveBytes = 512 * 1_048_576

export type Need = {
  /** Of a worker with the model loaded and run, above a blank one. */
  memoryBytes: number
  /** Workers that hold it already need nothing more. */
  isLoaded: boolean
  executionProvider: string
  /** That results and downloads will take. */
  diskBytes: number
}

export type Limits = { workerMemoryBytes: number; blankWorkerBytes: number }

/** What is too little for the work, first the worker's own limit, which no waiting mends; undefined when it fits. */
export function findShortage(need: Need, resources: Resources, limits: Limits): Shortage | undefined {
  const { memory, disk } = resources
  const inWorker = need.memoryBytes + limits.blankWorkerBytes
  if (inWorker > limits.workerMemoryBytes) {
    return { what: 'worker memory', neededBytes: inWorker, hasBytes: limits.workerMemoryBytes }
  }
  if (need.diskBytes + diskReserveBytes > disk.freeBytes) {
    return { what: 'disk', neededBytes: need.diskBytes + diskReserveBytes, hasBytes: disk.freeBytes }
  }
  if (need.isLoaded) return undefined
  if (need.memoryBytes + reserveBytes > memory.availableBytes) {
    const neededBytes = need.memoryBytes + reserveBytes
    return { what: 'machine memory', neededBytes, hasBytes: memory.availableBytes }
  }
  return graphicsShortage(need, resources)
}

/** Unified memory was counted with the machine's; a card that does not tell is not judged. */
function graphicsShortage(
  { memoryBytes, executionProvider }: Need,
  { gpus }: Resources,
): Shortage | undefined {
  if (!isExecutionProvider(executionProvider) || providerNameOf(executionProvider) === 'cpu') return undefined
  const free = gpus
    .filter(({ isUnified }) => !isUnified)
    .flatMap(({ totalBytes, usedBytes }) => (totalBytes === undefined ? [] : [totalBytes - (usedBytes ?? 0)]))
  if (free.length === 0) return undefined
  const hasBytes = Math.max(...free)
  return memoryBytes > hasBytes ? { what: 'graphics memory', neededBytes: memoryBytes, hasBytes } : undefined
}
