import { arch, platform } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { CompactFrame } from '../compactFrame.ts'
import { encodeFrame } from '../encodeFrame.ts'
import { paddedBytes } from '../paddedBytes.ts'
import type { LoadCommand, RunCommand, WireTensor, WorkerCommand, WorkerReply } from '../protocol.ts'
import { type BoundAnswer, createBoundRuns } from './boundRuns.ts'
import { toBytes, toFeeds } from './ortTensors.ts'
import { probeProvider } from './probeProvider.ts'
import { createSessionCache, toFault } from './sessionCache.ts'
import { WorkerFault } from './workerFault.ts'

/** The pieces of one or more frames. */
export type Answer = readonly Uint8Array[]

type OutputsReply = Extract<WorkerReply, { type: 'outputs' }>

export type CommandHandler = {
  readonly runtime: string
  handle(command: WorkerCommand, payload: Uint8Array): Promise<Answer>
  /** Runs waiting commands of known shape, as many as may run together; answers how many those were. */
  runBound(waiting: readonly CompactFrame[]): Promise<{ count: number; answer: Answer }>
  /** About how long a command of known shape takes. */
  expectedMs(command: CompactFrame): number
}

/** Serves the parent's commands one after the other; whatever goes wrong becomes a `fault` reply. */
export function createCommandHandler(): CommandHandler {
  const sessions = createSessionCache()
  const bound = createBoundRuns(sessions)

  const fault = (id: number, cause: unknown): Answer => {
    const { code, message } = toFault('MODEL_RUN_FAILED', cause)
    return encodeFrame(
      { type: 'fault', id, code, message, models: sessions.keys() } satisfies WorkerReply,
      [],
    )
  }

  const toReply = (run: Omit<OutputsReply, 'type' | 'models'>): OutputsReply => ({
    type: 'outputs',
    ...run,
    models: sessions.keys(),
  })

  const run = async (command: RunCommand, payload: Uint8Array): Promise<Answer> => {
    const { session, loadMs } = await sessions.open(command.modelKey, command)
    const startedAt = performance.now()
    const results = await session.run(toFeeds(command.tensors, payload))
    const runMs = performance.now() - startedAt
    const { tensors, parts } = collectOutputs(results, command.maxOutputBytes)
    const isBound = bound.bind(command, tensors)
    return encodeFrame(toReply({ id: command.id, tensors, loadMs, runMs, bound: isBound }), parts)
  }

  const load = async (command: LoadCommand): Promise<Answer> => {
    const { loadMs } = await sessions.open(command.modelKey, command)
    const reply = { type: 'loaded' as const, id: command.id, loadMs, models: sessions.keys() }
    return encodeFrame(reply satisfies WorkerReply, [])
  }

  const dispatch = async (command: WorkerCommand, payload: Uint8Array): Promise<Answer> => {
    if (command.op === 'run') return run(command, payload)
    if (command.op === 'load') return load(command)
    const nodeProviders = await probeProvider(join(command.dir, command.entry), command.executionProvider)
    return encodeFrame({ type: 'probed', id: command.id, nodeProviders } satisfies WorkerReply, [])
  }

  const toPieces = (answer: BoundAnswer): Answer => {
    if ('frames' in answer) return answer.frames
    const { command, results, loadMs, runMs } = answer
    const { tensors, parts } = collectOutputs(results, command.maxOutputBytes)
    // The next run writes into the same tensors.
    const copies = parts.map((part) => part.slice())
    return encodeFrame(toReply({ id: command.id, tensors, loadMs, runMs, bound: true }), copies)
  }

  return {
    runtime: `onnxruntime-node ${ort.env.versions.node} ${platform()}-${arch()}`,
    handle: (command, payload) => dispatch(command, payload).catch((cause) => fault(command.id, cause)),
    async runBound(waiting) {
      const commands = waiting.slice(0, bound.groupSize(waiting))
      try {
        const answers = await bound.run(commands)
        return { count: commands.length, answer: answers.flatMap(toPieces) }
      } catch (cause) {
        return { count: commands.length, answer: commands.flatMap(({ id }) => fault(id, cause)) }
      }
    },
    expectedMs: ({ binding }) => bound.expectedMs(binding),
  }
}

function collectOutputs(results: ort.InferenceSession.OnnxValueMapType, maxOutputBytes: number) {
  const tensors: WireTensor[] = []
  const parts: Uint8Array[] = []
  let total = 0
  for (const [name, value] of Object.entries(results)) {
    if (!(value instanceof ort.Tensor)) {
      throw new WorkerFault('TENSOR_DTYPE_UNSUPPORTED', `output ${name} is not a tensor`)
    }
    const bytes = toBytes(value)
    total += bytes.byteLength
    if (total > maxOutputBytes) {
      throw new WorkerFault('OUTPUT_TOO_LARGE', `outputs of more than ${maxOutputBytes} bytes`)
    }
    tensors.push({ name, dtype: value.type, dims: [...value.dims], bytes: bytes.byteLength })
    parts.push(bytes, new Uint8Array(paddedBytes(bytes.byteLength) - bytes.byteLength))
  }
  return { tensors, parts }
}
