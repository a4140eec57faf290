import type { Backend, BackendPort, BackendRequest, BackendResult } from '../backend.ts'
import { type BackendLimits, defaultBackendLimits } from '../backendLimits.ts'
import { unready } from '../unready.ts'
import { fromDatatype } from './datatypes.ts'
import { createGrpcTransport } from './grpcTransport.ts'
import { createHttpTransport } from './httpTransport.ts'
import type { ServerMetadata, TensorMetadata } from './transport.ts'

export type OipBackendOptions = {
  /** `http://host:port`, `https://…`, `grpc://host:port` or `grpcs://…`. */
  url: string
  apiKey?: string | undefined
  limits?: Partial<BackendLimits> | undefined
}

const engineName = ({ name, version }: ServerMetadata) => `${name} ${version}`.trim().slice(0, 100)

/** A server of the Open Inference Protocol, version 2: Triton, KServe, MLServer, OpenVINO Model Server. */
export function oipBackend({ url, apiKey, limits: given }: OipBackendOptions): Backend {
  const limits = { ...defaultBackendLimits, ...given }
  const create = url.startsWith('grpc') ? createGrpcTransport : createHttpTransport
  const transport = create({ url, apiKey, limits })
  let engine: Promise<string> | undefined

  const getEngine = () => {
    engine ??= transport.server().then(engineName)
    engine.catch(() => {
      engine = undefined
    })
    return engine
  }
  const run = async (request: BackendRequest): Promise<BackendResult> => {
    const began = performance.now()
    const outputs = await transport.infer(request)
    const timingsMs = { queue: 0, load: 0, run: performance.now() - began }
    return { outputs, engine: await getEngine(), usage: undefined, timingsMs }
  }

  return {
    kind: 'oip',
    async health({ model, signal } = {}) {
      const began = performance.now()
      try {
        if (!(await transport.isReady(undefined, signal))) return unready('the server is not ready')
        if (model !== undefined && !(await transport.isReady(model, signal))) {
          return unready(`the model "${model}" is not ready`)
        }
        const name = engineName(await transport.server(signal))
        return { state: 'ready', engine: name, latencyMs: performance.now() - began }
      } catch (error) {
        return unready(error, signal)
      }
    },
    listModels: transport.repository,
    async describe(model, signal) {
      const { inputs, outputs } = await transport.model(model, signal)
      return {
        inputs: inputs.map((port) => toPort(url, port)),
        outputs: outputs.map((port) => toPort(url, port)),
      }
    },
    run,
    async *stream(request) {
      yield { type: 'done', result: await run(request) }
    },
    async close() {
      transport.close()
    },
  }
}

/** A dimension that varies is −1 there. */
const toPort = (url: string, { name, datatype, shape }: TensorMetadata): BackendPort => ({
  name,
  dtype: fromDatatype(url, datatype),
  dims: shape.map((dim, index) => (dim < 0 ? `${name}_${index}` : dim)),
})
