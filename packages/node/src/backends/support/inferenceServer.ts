import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { z } from 'zod'

type Tensor = { name: string; datatype: string; shape: number[]; data: Uint8Array }
type HttpReply = {
  status?: number
  headers?: Record<string, string>
  body: Uint8Array | string
  cut?: boolean
}
type GrpcReply = object | { code: status; details: string } | 'never'

export type InferenceServerOptions = {
  extensions?: readonly string[]
  http?: (inputs: readonly Tensor[]) => HttpReply
  grpc?: (request: GrpcRequest) => GrpcReply
}

type GrpcRequest = {
  model_name: string
  inputs: { name: string; datatype: string; shape: string[] }[]
  outputs: { name: string }[]
  raw_input_contents: Uint8Array[]
}

export type InferenceServer = {
  httpUrl: string
  grpcUrl: string
  options: InferenceServerOptions
  /** Kills the gRPC half with what runs there. */
  kill(): void
  close(): Promise<void>
}

const model = {
  name: 'echo',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
  outputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
}

const requestSchema = z.object({
  inputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.int().min(0)),
      parameters: z.object({ binary_data_size: z.int().min(0) }),
    }),
  ),
  outputs: z
    .array(z.object({ name: z.string(), parameters: z.object({ binary_data: z.literal(true) }) }))
    .optional(),
  parameters: z.object({ binary_data_output: z.literal(true) }).optional(),
})

function parseBinary(body: Buffer, jsonBytes: number): Tensor[] {
  const { inputs } = requestSchema.parse(JSON.parse(body.toString('utf8', 0, jsonBytes)))
  let offset = jsonBytes
  return inputs.map(({ parameters: { binary_data_size: size }, ...head }) => {
    const data = body.subarray(offset, offset + size)
    offset += size
    return { ...head, data }
  })
}

/** The answer with the tensors' bytes behind the JSON. */
export function binaryReply(outputs: readonly Tensor[]): HttpReply {
  const heads = outputs.map(({ data, ...head }) => ({
    ...head,
    parameters: { binary_data_size: data.length },
  }))
  const json = Buffer.from(JSON.stringify({ model_name: 'echo', outputs: heads }))
  return {
    headers: { 'inference-header-content-length': String(json.length) },
    body: Buffer.concat([json, ...outputs.map(({ data }) => data)]),
  }
}

async function startHttp(options: () => InferenceServerOptions) {
  const server = createServer(async (request, response) => {
    const parts: Uint8Array[] = []
    for await (const part of request) parts.push(part as Uint8Array)
    const body = Buffer.concat(parts)
    const json = (code: number, value: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const { extensions = ['binary_tensor_data'], http = binaryReply } = options()
    if (request.url === '/v2') return json(200, { name: 'tests', version: '1', extensions })
    if (request.url === '/v2/health/ready') return json(200, { ready: true })
    if (request.url === '/v2/models/echo/ready') return json(200, { ready: true })
    if (request.url === '/v2/models/echo') return json(200, model)
    if (request.url === '/v2/repository/index') return json(200, [{ name: 'echo', state: 'READY' }])
    if (request.url !== '/v2/models/echo/infer') return json(404, { error: `no ${request.url}` })
    const jsonBytes = Number(request.headers['inference-header-content-length'] ?? Number.NaN)
    const inputs = Number.isNaN(jsonBytes) ? [] : parseBinary(body, jsonBytes)
    const reply = http(inputs)
    const type = reply.headers === undefined ? 'application/json' : 'application/octet-stream'
    const length = Buffer.byteLength(reply.body)
    response.writeHead(reply.status ?? 200, {
      'content-type': type,
      'content-length': length,
      ...reply.headers,
    })
    if (reply.cut !== true) return response.end(reply.body)
    response.write(Buffer.from(reply.body).subarray(0, length >> 1), () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const proto = fileURLToPath(new URL('../oip/openInference.proto', import.meta.url))

function loadService() {
  const definition = loadSync(proto, { keepCase: true, longs: String, defaults: true, arrays: true })
  return loadPackageDefinition(definition) as unknown as {
    inference: { GRPCInferenceService: ServiceClientConstructor }
  }
}

const echo = ({ inputs, raw_input_contents }: GrpcRequest): GrpcReply => ({
  model_name: 'echo',
  outputs: inputs,
  raw_output_contents: raw_input_contents,
})

async function startGrpc(options: () => InferenceServerOptions) {
  const answer =
    <Request, Reply>(reply: (request: Request) => Reply) =>
    ({ request }: ServerUnaryCall<Request, unknown>, done: sendUnaryData<unknown>) => {
      const given = reply(request)
      if (given === 'never') return
      if (typeof given === 'object' && given !== null && 'code' in given) return done(given as never)
      done(null, given)
    }
  const ready = ({ name }: { name?: string }) => ({ ready: name === undefined || name === 'echo' })
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  server.addService(loadService().inference.GRPCInferenceService.service, {
    ServerLive: answer(() => ({ live: true })),
    ServerReady: answer(() => ({ ready: true })),
    ModelReady: answer(ready),
    ServerMetadata: answer(() => ({ name: 'tests', version: '1', extensions: [] })),
    ModelMetadata: answer(() => model),
    RepositoryIndex: answer(() => ({ models: [{ name: 'echo', state: 'READY' }] })),
    ModelInfer: answer((request: GrpcRequest) => (options().grpc ?? echo)(request)),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
  return { server, port }
}

/** A server of the Open Inference Protocol by HTTP with the binary extension and by gRPC, whose model gives back its inputs. */
export async function startInferenceServer(): Promise<InferenceServer> {
  const state: { options: InferenceServerOptions } = { options: {} }
  const http = await startHttp(() => state.options)
  const grpc = await startGrpc(() => state.options)
  return {
    httpUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    grpcUrl: `grpc://127.0.0.1:${grpc.port}`,
    get options() {
      return state.options
    },
    set options(next) {
      state.options = next
    },
    kill: () => grpc.server.forceShutdown(),
    close() {
      grpc.server.forceShutdown()
      http.closeAllConnections()
      return new Promise((resolve) => http.close(() => resolve()))
    },
  }
}
