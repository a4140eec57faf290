import { fileURLToPath } from 'node:url'
import {
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { JobAbortedError, PoolClosedError } from '../../runtime/errors.ts'
import { type BackendLimits, metadataTimeoutMs } from '../backendLimits.ts'
import { BackendAnswerInvalidError } from '../errors.ts'
import { toDatatype } from './datatypes.ts'
import { fromContents, type TensorContents } from './fromContents.ts'
import { grpcError } from './grpcError.ts'
import { fromRaw } from './rawTensor.ts'
import type { OipTransport } from './transport.ts'

type Shaped = { name: string; datatype: string; shape: string[] }
type Unary = (
  request: object,
  metadata: Metadata,
  options: CallOptions,
  done: (error: ServiceError | null, answer: unknown) => void,
) => ClientUnaryCall
type InferAnswer = {
  outputs: (Shaped & { contents: TensorContents | null })[]
  raw_output_contents: Uint8Array[]
}

const timeoutMs = metadataTimeoutMs

const protoFile = fileURLToPath(new URL('./openInference.proto', import.meta.url))

function loadService(): ServiceClientConstructor {
  const definition = loadSync(protoFile, { keepCase: true, longs: String, defaults: true, arrays: true })
  const { inference } = loadPackageDefinition(definition) as unknown as {
    inference: { GRPCInferenceService: ServiceClientConstructor }
  }
  return inference.GRPCInferenceService
}

export type GrpcTransportOptions = { url: string; apiKey: string | undefined; limits: BackendLimits }

/** The protocol over gRPC; tensors travel as raw bytes. */
export function createGrpcTransport({ url, apiKey, limits }: GrpcTransportOptions): OipTransport {
  const { protocol, host } = new URL(url)
  const channel = protocol === 'grpcs:' ? credentials.createSsl() : credentials.createInsecure()
  const Service = loadService()
  const client = new Service(host, channel, {
    'grpc.max_receive_message_length': limits.maxAnswerBytes,
    'grpc.max_send_message_length': -1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  })
  const metadata = new Metadata()
  if (apiKey !== undefined) metadata.set('authorization', `Bearer ${apiKey}`)

  const closing = new AbortController()
  const call = createUnary({ client, metadata, url, limits, secret: apiKey, closing: closing.signal })

  return {
    async isReady(model, signal) {
      const { ready } =
        model === undefined
          ? await call<{ ready: boolean }>('ServerReady', {}, { signal, timeoutMs })
          : await call<{ ready: boolean }>('ModelReady', { name: model }, { signal, timeoutMs })
      return ready
    },
    server: (signal) => call('ServerMetadata', {}, { signal, timeoutMs }),
    async repository(signal) {
      const answer = await call<{ models: { name: string }[] } | undefined>(
        'RepositoryIndex',
        {},
        { signal, timeoutMs, isOptional: true },
      )
      return [...new Set(answer?.models.map(({ name }) => name))]
    },
    async model(name, signal) {
      type Answer = { inputs: Shaped[]; outputs: Shaped[] }
      const { inputs, outputs } = await call<Answer>('ModelMetadata', { name }, { signal, timeoutMs })
      const toMetadata = ({ shape, ...tensor }: Shaped) => ({ ...tensor, shape: shape.map(Number) })
      return { inputs: inputs.map(toMetadata), outputs: outputs.map(toMetadata) }
    },
    async infer({ model, inputs, outputs, signal, timeoutMs: runMs }) {
      const tensors = Object.entries(inputs)
      const request = {
        model_name: model,
        inputs: tensors.map(([name, { dtype, dims }]) => ({
          ...{ name, datatype: toDatatype(name, dtype) },
          shape: [...dims],
        })),
        outputs: outputs?.map((name) => ({ name })) ?? [],
        raw_input_contents: tensors.map(([, { data }]) => data),
      }
      const answer = await call<InferAnswer>('ModelInfer', request, { signal, timeoutMs: runMs })
      return toOutputs(url, answer)
    },
    close() {
      closing.abort()
      client.close()
    },
  }
}

function toOutputs(url: string, { outputs, raw_output_contents: raw }: InferAnswer) {
  if (raw.length > 0 && raw.length !== outputs.length) {
    throw new BackendAnswerInvalidError(url, `it has ${outputs.length} outputs but ${raw.length} contents`)
  }
  const names = outputs.map(({ name }) => name)
  if (new Set(names).size !== names.length) {
    throw new BackendAnswerInvalidError(url, 'an output is there twice')
  }
  return Object.fromEntries(
    outputs.map(({ name, datatype, shape, contents }, index) => {
      const head = { name, datatype, shape: shape.map(Number) }
      const data = raw[index]
      return [name, data === undefined ? fromContents(url, head, contents) : fromRaw(url, { ...head, data })]
    }),
  )
}

type UnaryOptions = {
  client: Client
  metadata: Metadata
  url: string
  limits: BackendLimits
  secret: string | undefined
  closing: AbortSignal
}

type OneCall = {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
  /** A method that servers may lack: undefined then. */
  isOptional?: boolean
}

function createUnary({ client, metadata, url, limits, secret, closing }: UnaryOptions) {
  const connect = async (ms: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    client.waitForReady(Date.now() + ms, (error) => (error ? reject(error) : resolve()))
    await promise.catch((cause) => {
      throw closing.aborted
        ? new PoolClosedError()
        : grpcError(url, { ...failure(cause, ms), phase: 'connect' })
    })
  }
  const failure = (cause: ServiceError, timeoutMs: number) =>
    ({ cause, phase: 'whole answer', timeoutMs, limits, secret }) as const

  return async function call<T>(method: string, request: object, options: OneCall): Promise<T> {
    const { signal, isOptional = false } = options
    const totalMs = Math.min(options.timeoutMs ?? limits.totalMs, limits.totalMs)
    const both = signal === undefined ? closing : AbortSignal.any([signal, closing])
    const gaveUp = () =>
      signal?.aborted
        ? new JobAbortedError('(at an engine)', signal.reason)
        : closing.aborted
          ? new PoolClosedError()
          : undefined
    if (both.aborted) throw gaveUp()
    await connect(Math.min(limits.connectMs, totalMs))
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const unary = (client as unknown as Record<string, Unary>)[method] as Unary
    const deadline = Date.now() + totalMs
    const pending = unary.call(client, request, metadata, { deadline }, (cause, answer) => {
      if (cause === null) return resolve(answer as T)
      if (isOptional && cause.code === status.UNIMPLEMENTED) return resolve(undefined as T)
      reject(gaveUp() ?? grpcError(url, failure(cause, totalMs)))
    })
    const onAbort = () => pending.cancel()
    if (both.aborted) onAbort()
    both.addEventListener('abort', onAbort, { once: true })
    return promise.finally(() => both.removeEventListener('abort', onAbort))
  }
}
