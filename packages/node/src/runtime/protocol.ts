import { z } from 'zod'
import type { ExecutionProvider } from './providers.ts'

/** A tensor's description in a frame header; its bytes follow in the payload, each padded to eight. */
export type WireTensor = { name: string; dtype: string; dims: number[]; bytes: number }

/** Which axis of each tensor counts the items of a batch; null for a tensor that all items share. */
export type BatchAxes = Readonly<Record<string, number | null>>

/** Makes the shapes of a run known under a number, so that later ones need no header. */
export type BindRequest = { number: number; batchAxes?: BatchAxes | undefined }

export type RunCommand = {
  id: number
  op: 'run'
  modelKey: string
  /** The model's folder as the worker sees it, and the file in it. */
  dir: string
  entry: string
  executionProvider: ExecutionProvider
  threads: number
  maxOutputBytes: number
  tensors: readonly WireTensor[]
  bind?: BindRequest | undefined
}

export type LoadCommand = {
  id: number
  op: 'load'
  modelKey: string
  dir: string
  entry: string
  executionProvider: ExecutionProvider
  threads: number
}

export type ProbeCommand = {
  id: number
  op: 'probe'
  dir: string
  entry: string
  executionProvider: ExecutionProvider
}

export type WorkerCommand = RunCommand | LoadCommand | ProbeCommand

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
    bound: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('loaded'),
    id: z.int(),
    loadMs: z.number().nonnegative(),
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
