import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import { status } from '@grpc/grpc-js'
import { backendContract } from '../backend.contract.ts'
import type { Backend } from '../backend.ts'
import {
  binaryReply,
  type InferenceServer,
  type InferenceServerOptions,
  startInferenceServer,
} from '../support/inferenceServer.ts'
import { oipBackend } from './oipBackend.ts'

const numbers = (dtype: TensorSet.DType, values: (number | bigint)[]) =>
  TensorSet.fromNumbers(dtype, values, [values.length])

const tensors: Partial<Record<TensorSet.DType, TensorSet.Tensor>> = {
  bool: numbers('bool', [1, 0, 1]),
  uint8: numbers('uint8', [0, 255]),
  uint16: numbers('uint16', [0, 65_535]),
  uint32: numbers('uint32', [0, 2 ** 32 - 1]),
  uint64: numbers('uint64', [0n, 2n ** 64n - 1n]),
  int8: numbers('int8', [-128, 127]),
  int16: numbers('int16', [-32_768, 32_767]),
  int32: numbers('int32', [-(2 ** 31), 2 ** 31 - 1]),
  int64: numbers('int64', [-(2n ** 63n), 2n ** 63n - 1n]),
  float16: numbers('float16', [1.5, -0, Number.POSITIVE_INFINITY]),
  bfloat16: numbers('bfloat16', [1.5, Number.NEGATIVE_INFINITY]),
  float32: numbers('float32', [0.1, Number.NaN]),
  float64: numbers('float64', [0.1, -1e300]),
  string: TensorSet.fromTyped('string', ['', 'é', '字😀'], [3]),
}

const x = TensorSet.fromNumbers('float32', [1, 2, 3], [1, 3])
const run = { model: 'echo', inputs: { x } }
const raw = (name: string, datatype: string, shape: number[], data: Uint8Array) => ({
  name,
  datatype,
  shape,
  data,
})

type Fault = [name: string, code: string, options: InferenceServerOptions]

const httpFaults: readonly Fault[] = [
  [
    'dies in the middle of an answer',
    'BACKEND_DIED_MID_STREAM',
    { http: (inputs) => ({ ...binaryReply(inputs), cut: true }) },
  ],
  ['gives other than JSON', 'BACKEND_ANSWER_INVALID', { http: () => ({ body: '<html>' }) }],
  [
    'gives too few bytes for a shape',
    'BACKEND_ANSWER_INVALID',
    { http: () => binaryReply([raw('x', 'FP32', [1, 3], new Uint8Array(8))]) },
  ],
  [
    'gives an unknown type',
    'BACKEND_ANSWER_INVALID',
    { http: () => binaryReply([raw('x', 'FP8', [1], new Uint8Array(1))]) },
  ],
  [
    'gives an output twice',
    'BACKEND_ANSWER_INVALID',
    {
      http: () =>
        binaryReply([raw('x', 'BOOL', [1], Uint8Array.of(1)), raw('x', 'BOOL', [1], Uint8Array.of(1))]),
    },
  ],
  [
    'names bytes that are not there',
    'BACKEND_ANSWER_INVALID',
    {
      http: () => ({
        body: '{"outputs":[{"name":"x","datatype":"BOOL","shape":[9],"parameters":{"binary_data_size":9}}]}',
      }),
    },
  ],
  [
    'names a header longer than its answer',
    'BACKEND_ANSWER_INVALID',
    {
      http: (inputs) => ({ ...binaryReply(inputs), headers: { 'inference-header-content-length': '99999' } }),
    },
  ],
  [
    'gives a bool that is neither',
    'BACKEND_ANSWER_INVALID',
    { http: () => binaryReply([raw('x', 'BOOL', [1], Uint8Array.of(7))]) },
  ],
  [
    'gives text that is not UTF-8',
    'BACKEND_ANSWER_INVALID',
    { http: () => binaryReply([raw('x', 'BYTES', [1], Uint8Array.of(1, 0, 0, 0, 0xff))]) },
  ],
  [
    'gives more than is allowed',
    'BACKEND_ANSWER_TOO_LARGE',
    { http: () => binaryReply([raw('x', 'UINT8', [200_000], new Uint8Array(200_000))]) },
  ],
  ['refuses', 'BACKEND_REFUSED', { http: () => ({ status: 400, body: '{"error":"bad"}' }) }],
  ['fails', 'BACKEND_FAILED', { http: () => ({ status: 500, body: '{"error":"bad"}' }) }],
]

const grpcAnswer = (outputs: object[], raws: Uint8Array[] = []): InferenceServerOptions => ({
  grpc: () => ({ outputs, raw_output_contents: raws }),
})

const grpcFaults: readonly Fault[] = [
  ['never answers', 'BACKEND_TIMED_OUT', { grpc: () => 'never' }],
  ['refuses', 'BACKEND_REFUSED', { grpc: () => ({ code: status.INVALID_ARGUMENT, details: 'bad' }) }],
  ['fails', 'BACKEND_FAILED', { grpc: () => ({ code: status.INTERNAL, details: 'bad' }) }],
  ['is full', 'BACKEND_UNAVAILABLE', { grpc: () => ({ code: status.RESOURCE_EXHAUSTED, details: 'queue' }) }],
  ['wants a key', 'BACKEND_UNAUTHORIZED', { grpc: () => ({ code: status.UNAUTHENTICATED, details: 'key' }) }],
  [
    'gives more than is allowed',
    'BACKEND_ANSWER_TOO_LARGE',
    grpcAnswer([{ name: 'x', datatype: 'UINT8', shape: [200_000] }], [new Uint8Array(200_000)]),
  ],
  [
    'gives too few bytes for a shape',
    'BACKEND_ANSWER_INVALID',
    grpcAnswer([{ name: 'x', datatype: 'FP32', shape: [3] }], [new Uint8Array(8)]),
  ],
  [
    'gives fewer contents than outputs',
    'BACKEND_ANSWER_INVALID',
    grpcAnswer(
      [
        { name: 'x', datatype: 'BOOL', shape: [1] },
        { name: 'y', datatype: 'BOOL', shape: [1] },
      ],
      [Uint8Array.of(1)],
    ),
  ],
  [
    'gives typed contents that do not fit',
    'BACKEND_ANSWER_INVALID',
    grpcAnswer([{ name: 'x', datatype: 'FP32', shape: [3], contents: { fp32_contents: [1] } }]),
  ],
  [
    'gives half floats without raw bytes',
    'BACKEND_ANSWER_INVALID',
    grpcAnswer([{ name: 'x', datatype: 'FP16', shape: [1], contents: { fp32_contents: [1] } }]),
  ],
]

describe('oipBackend', () => {
  let server: InferenceServer

  before(async () => {
    server = await startInferenceServer()
  })
  afterEach(() => {
    server.options = {}
  })
  after(() => server.close())

  for (const carrier of ['httpUrl', 'grpcUrl'] as const) {
    describe(`by ${carrier === 'httpUrl' ? 'HTTP' : 'gRPC'}`, () => {
      let backend: Backend

      before(() => {
        backend = oipBackend({
          url: server[carrier],
          limits: { totalMs: 1_000, firstTokenMs: 500, maxAnswerBytes: 65_536 },
        })
      })
      after(() => backend.close())

      backendContract('of an inference server', () => ({
        backend,
        ...run,
        check: (outputs) => assert.deepEqual(outputs, { x }),
      }))

      for (const [dtype, tensor] of Object.entries(tensors)) {
        it(`carries ${dtype} bit by bit`, async () => {
          const { outputs } = await backend.run({ model: 'echo', inputs: { x: tensor } })
          assert.deepEqual(outputs, { x: tensor })
        })
      }

      it('refuses an element type that the protocol lacks', async () => {
        const inputs = { x: TensorSet.fromNumbers('int4', [1, 2], [2]) }
        await assert.rejects(backend.run({ model: 'echo', inputs }), { code: 'BACKEND_DTYPE_UNSUPPORTED' })
      })

      it('tells no fixed size for a dimension that varies', async () => {
        const { inputs } = await backend.describe('echo')
        assert.deepEqual(inputs, [{ name: 'x', dtype: 'float32', dims: ['x_0', 3] }])
      })

      for (const [name, code, options] of carrier === 'httpUrl' ? httpFaults : grpcFaults) {
        it(`ends with ${code} when the server ${name}, and works on`, async () => {
          server.options = options
          await assert.rejects(backend.run(run), { code })
          server.options = {}
          assert.deepEqual((await backend.run(run)).outputs, { x })
        })
      }
    })
  }

  it('speaks JSON over HTTP where the server does not offer raw tensors', async () => {
    const json = `{"model_name":"echo","outputs":[
      {"name":"i","datatype":"INT64","shape":[2],"data":[-9223372036854775808,9223372036854775807]},
      {"name":"f","datatype":"FP32","shape":[2,2],"data":[[0.5,1],[2,3]]},
      {"name":"b","datatype":"BOOL","shape":[2],"data":[true,false]},
      {"name":"s","datatype":"BYTES","shape":[1],"data":["é"]}]}`
    server.options = { extensions: [], http: () => ({ body: json }) }
    const backend = oipBackend({ url: server.httpUrl })
    const { outputs } = await backend.run(run)
    assert.deepEqual(outputs, {
      i: numbers('int64', [-(2n ** 63n), 2n ** 63n - 1n]),
      f: TensorSet.fromNumbers('float32', [0.5, 1, 2, 3], [2, 2]),
      b: numbers('bool', [1, 0]),
      s: TensorSet.fromTyped('string', ['é'], [1]),
    })
    const nan = { x: numbers('float32', [Number.NaN]) }
    await assert.rejects(backend.run({ model: 'echo', inputs: nan }), { code: 'BACKEND_DTYPE_UNSUPPORTED' })
    for (const data of ['[null,1]', '["1",2]', '[1]', '3', '{}']) {
      const body = `{"outputs":[{"name":"x","datatype":"INT32","shape":[2],"data":${data}}]}`
      server.options = { extensions: [], http: () => ({ body }) }
      await assert.rejects(backend.run(run), { code: 'BACKEND_ANSWER_INVALID' }, data)
    }
    await backend.close()
  })

  it('takes the typed contents of gRPC', async () => {
    server.options = grpcAnswer([
      { name: 'i', datatype: 'INT64', shape: [1], contents: { int64_contents: ['-9223372036854775808'] } },
      { name: 's', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('é')] } },
      { name: 'b', datatype: 'BOOL', shape: [2], contents: { bool_contents: [true, false] } },
    ])
    const backend = oipBackend({ url: server.grpcUrl })
    const { outputs } = await backend.run(run)
    assert.deepEqual(outputs, {
      i: numbers('int64', [-(2n ** 63n)]),
      s: TensorSet.fromTyped('string', ['é'], [1]),
      b: numbers('bool', [1, 0]),
    })
    await backend.close()
  })

  it('ends with BACKEND_DIED_MID_STREAM when a gRPC server dies under way, and with BACKEND_UNAVAILABLE after', async () => {
    const own = await startInferenceServer()
    const asked = Promise.withResolvers<void>()
    own.options = {
      grpc() {
        asked.resolve()
        return 'never'
      },
    }
    const backend = oipBackend({ url: own.grpcUrl, limits: { connectMs: 300 } })
    const running = assert.rejects(backend.run(run), { code: 'BACKEND_DIED_MID_STREAM' })
    await asked.promise
    own.kill()
    await running
    await assert.rejects(backend.run(run), { code: 'BACKEND_UNAVAILABLE' })
    await backend.close()
    await own.close()
  })

  it('cancels a call whose caller gives up', async () => {
    const asked = Promise.withResolvers<void>()
    server.options = {
      grpc() {
        asked.resolve()
        return 'never'
      },
    }
    const backend = oipBackend({ url: server.grpcUrl })
    const caller = new AbortController()
    const running = assert.rejects(backend.run({ ...run, signal: caller.signal }), { code: 'JOB_ABORTED' })
    await asked.promise
    caller.abort()
    await running
    await backend.close()
  })
})
