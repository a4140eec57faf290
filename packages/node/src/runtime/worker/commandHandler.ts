import { arch, platform } from 'node:os'
import * as ort from 'onnxruntime-node'
import type { RunCommand, WireTensor, WorkerCommand, WorkerReply } from '../protocol.ts'
import { toBytes, toFeeds } from './ortTensors.ts'
import { probeProvider } from './probeProvider.ts'
import { createSessionCache, toFault } from './sessionCache.ts'
import { WorkerFault } from './workerFault.ts'

export type Answer = { reply: WorkerReply; parts: readonly Uint8Array[] }

export type CommandHandler = {
  readonly runtime: string
  handle(command: WorkerCommand, payload: Uint8Array): Promise<Answer>
}

/** Serves the parent's commands one after the other; whatever goes wrong becomes a `fault` reply. */
export function createCommandHandler(): CommandHandler {
  const sessions = createSessionCache()

  const run = async (command: RunCommand, payload: Uint8Array): Promise<Answer> => {
    const { session, loadMs } = await sessions.open(command.modelKey, command.path, command.executionProvider)
    const startedAt = performance.now()
    const results = await session.run(toFeeds(command.tensors, payload))
    const runMs = performance.now() - startedAt
    const { tensors, parts } = collectOutputs(results, command.maxOutputBytes)
    return {
      reply: { type: 'outputs', id: command.id, tensors, loadMs, runMs, models: sessions.keys() },
      parts,
    }
  }

  const dispatch = async (command: WorkerCommand, payload: Uint8Array): Promise<Answer> => {
    if (command.op === 'run') return run(command, payload)
    const nodeProviders = await probeProvider(command.path, command.executionProvider)
    return { reply: { type: 'probed', id: command.id, nodeProviders }, parts: [] }
  }

  return {
    runtime: `onnxruntime-node ${ort.env.versions.node} ${platform()}-${arch()}`,
    async handle(command, payload) {
      try {
        return await dispatch(command, payload)
      } catch (cause) {
        const { code, message } = toFault('MODEL_RUN_FAILED', cause)
        return { reply: { type: 'fault', id: command.id, code, message, models: sessions.keys() }, parts: [] }
      }
    },
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
    parts.push(bytes, new Uint8Array(Math.ceil(bytes.byteLength / 8) * 8 - bytes.byteLength))
  }
  return { tensors, parts }
}
