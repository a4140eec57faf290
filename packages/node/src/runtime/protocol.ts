import { z } from 'zod'
import type { ExecutionProvider } from './providers.ts'

/** A tensor's description in a frame header; its bytes follow in the payload, each padded to eight. */
export type WireTensor = { name: string; dtype: string; dims: number[]; bytes: number }

export type RunCommand = {
  id: number
  op: 'run'
  modelKey: string
  path: string
  executionProvider: ExecutionProvider
  maxOutputBytes: number
  tensors: readonly WireTensor[]
}

export type ProbeCommand = { id: number; op: 'probe'; path: string; executionProvider: ExecutionProvider }

export type WorkerCommand = RunCommand | ProbeCommand

export const workerFaultCodes = [
  'MODEL_LOAD_FAILED',
  'MODEL_RUN_FAILED',
  'MEMORY_LIMIT',
  'OUTPUT_TOO_LARGE',
  'TENSOR_DTYPE_UNSUPPORTED',
  'EXECUTION_PROVIDER_UNAVAILABLE',
] as const

export type WorkerFaultCode = (typeof workerFaultCodes)[number]

const wireTensor = z.strictObject({
  name: z.string().max(1024),
  dtype: z.string().max(16),
  dims: z.array(z.int().nonnegative()).max(16),
  bytes: z.int().nonnegative(),
})

/** What a worker may say. It runs a stranger's model, so it is parsed like any outside input. */
export const workerReply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), runtime: z.string().max(128) }),
  z.strictObject({
    type: z.literal('outputs'),
    id: z.int(),
    tensors: z.array(wireTensor).max(1024),
    loadMs: z.number().nonnegative(),
    runMs: z.number().nonnegative(),
    models: z.array(z.string().max(128)).max(64),
  }),
  z.strictObject({
    type: z.literal('probed'),
    id: z.int(),
    nodeProviders: z.array(z.string().max(64)).max(64),
  }),
  z.strictObject({
    type: z.literal('fault'),
    id: z.int(),
    code: z.enum(workerFaultCodes),
    message: z.string().max(4096),
    models: z.array(z.string().max(128)).max(64),
  }),
])

export type WorkerReply = z.infer<typeof workerReply>
