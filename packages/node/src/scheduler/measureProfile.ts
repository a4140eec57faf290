import { TensorSet } from '@dim/sdk'
import type { BatchAxes } from '../runtime/protocol.ts'
import type { ExecutionProvider } from '../runtime/providers.ts'
import { repeat } from '../runtime/wireBatch.ts'
import type { RunnableModel, RunRequest, RunResult, WorkerPool } from '../runtime/workerPool.ts'
import { findBatchAxes, type PortShape } from './findBatchAxes.ts'
import type { ModelProfile } from './modelProfile.ts'

export type MeasureProfileOptions = {
  pool: Pick<WorkerPool, 'run' | 'status'>
  model: RunnableModel
  executionProvider: ExecutionProvider
  /** What profiles depend on besides model and provider. */
  options: string
  ports: { inputs: readonly PortShape[]; outputs: readonly PortShape[] }
  /** Golden inputs: what the model is made for. */
  inputs: TensorSet.TensorSet
  tolerance: TensorSet.Tolerance
  timeoutMs: number
  signal?: AbortSignal
  nowMs?: () => number
}

const mostRuns = 15
const leastRuns = 3
const budgetMs = 1_500
const batchSizes = [4, 8, 16]

type Measured = { loadMs: number; medianMs: number; result: RunResult }

/** Runs a model as its jobs will be run, and writes down what it needs: time with one thread and two, memory, and whether batches pay. */
export async function measureProfile(options: MeasureProfileOptions): Promise<ModelProfile> {
  const { pool, model, executionProvider, inputs, nowMs = Date.now } = options
  const before = smallestWorkerBytes(pool)
  const one = await measure(options, inputs, 1)
  const memoryBytes = Math.max(0, workerBytes(pool, model.key) - before)
  const two = await measure(options, inputs, 2)
  const batch = await measureBatch(options, one)
  return {
    modelKey: model.key,
    executionProvider,
    options: options.options,
    // The golden vectors have loaded it already; the session with two threads never was.
    loadMs: one.loadMs || two.loadMs,
    memoryBytes: Math.round(memoryBytes),
    runMs: one.medianMs,
    twoThreadsMs: two.medianMs,
    batch,
    measuredAtMs: nowMs(),
  }
}

function toRequest(
  { model, executionProvider, timeoutMs, signal }: MeasureProfileOptions,
  inputs: TensorSet.TensorSet,
  threads: number,
): RunRequest {
  return { model, inputs, executionProvider, threads, timeoutMs, ...(signal === undefined ? {} : { signal }) }
}

/** The first run of a shape plans memory and is not counted. */
async function measure(
  options: MeasureProfileOptions,
  inputs: TensorSet.TensorSet,
  threads: number,
): Promise<Measured> {
  const request = toRequest(options, inputs, threads)
  let result = await options.pool.run(request)
  const loadMs = result.timingsMs.load
  const times: number[] = []
  let spentMs = 0
  while (times.length < leastRuns || (times.length < mostRuns && spentMs < budgetMs)) {
    result = await options.pool.run(request)
    times.push(result.timingsMs.run)
    spentMs += result.timingsMs.run
  }
  times.sort((a, b) => a - b)
  return { loadMs, medianMs: times[times.length >> 1] ?? 0, result }
}

/** The largest gain of the sizes tried, with outputs that are those of single runs within the model's tolerance. */
async function measureBatch(
  options: MeasureProfileOptions,
  { medianMs, result }: Measured,
): Promise<ModelProfile['batch']> {
  const { inputs, ports } = options
  const axes = findBatchAxes(ports, { inputs, outputs: result.outputs })
  if (axes === undefined) return undefined
  let best: ModelProfile['batch']
  for (const size of batchSizes) {
    const measured = await measureSize(options, { axes, size, expected: result.outputs })
    if (measured === undefined) break
    const gain = (medianMs * size) / measured
    if (gain > (best?.gain ?? 0)) best = { axes, size, gain }
  }
  return best
}

async function measureSize(
  options: MeasureProfileOptions,
  { axes, size, expected }: { axes: BatchAxes; size: number; expected: TensorSet.TensorSet },
): Promise<number | undefined> {
  try {
    const { medianMs, result } = await measure(options, repeat(options.inputs, axes, size), 1)
    const wanted = repeat(expected, axes, size)
    return TensorSet.compare(wanted, result.outputs, options.tolerance).within ? medianMs : undefined
  } catch (error) {
    if (options.signal?.aborted) throw error
    // A model that takes no batch says so by failing; that is what was asked.
    return undefined
  }
}

const workerBytes = (pool: MeasureProfileOptions['pool'], modelKey: string): number =>
  Math.max(
    0,
    ...pool
      .status()
      .workers.filter(({ models }) => models.includes(modelKey))
      .map(({ rssBytes }) => rssBytes),
  )

const smallestWorkerBytes = (pool: MeasureProfileOptions['pool']): number => {
  const sizes = pool
    .status()
    .workers.map(({ rssBytes }) => rssBytes)
    .filter((bytes) => bytes > 0)
  return sizes.length === 0 ? 0 : Math.min(...sizes)
}
