import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TensorSet } from '@dim/sdk'
import { oipBackend } from '../../packages/node/src/backends/oip/oipBackend.ts'
import { type Check, type Counts, checkAll } from './checkAll.ts'
import { freePort, startServer } from './serverProcess.ts'

const models = fileURLToPath(new URL('servers/mlserver', import.meta.url))

const plain = ['bool', 'uint8', 'uint16', 'uint32', 'int8', 'int16', 'int32', 'float32', 'float64'] as const

const tensors: readonly TensorSet.Tensor[] = [
  ...plain.map((dtype) => TensorSet.fromNumbers(dtype, [0, 1, 1, 0, 1, 0], [2, 3])),
  TensorSet.fromNumbers('float16', [0.5, 1.5, -2], [3]),
  TensorSet.fromNumbers('int64', [-(2n ** 63n), 2n ** 63n - 1n], [2]),
  TensorSet.fromNumbers('uint64', [0n, 2n ** 64n - 1n], [2]),
  TensorSet.fromTyped('string', ['', 'é', '字😀'], [3]),
]

const seconds = (value: number) => ({ sleep: TensorSet.fromNumbers('float32', [value], [1]) })

/** What an engine of this protocol must do, against MLServer. */
function checks(url: string, kill: () => Promise<void>): Check[] {
  const backend = oipBackend({ url, limits: { connectMs: 2_000 } })
  const run = (inputs: TensorSet.TensorSet) => backend.run({ model: 'echo', inputs })
  return [
    {
      name: 'is ready, names itself, lists and describes its model',
      async run() {
        const health = await backend.health({ model: 'echo' })
        assert.equal(health.state === 'ready' && health.engine, 'mlserver 1.7.1')
        assert.equal((await backend.health({ model: 'none' })).state, 'unready')
        assert.deepEqual(await backend.listModels(), ['echo'])
        const { inputs, outputs } = await backend.describe('echo')
        assert.deepEqual(inputs, [{ name: 'x', dtype: 'float32', dims: ['x_0', 3] }])
        assert.deepEqual(
          outputs.map(({ name }) => name),
          ['x', 'sum'],
        )
      },
    },
    {
      name: 'computes',
      async run() {
        const x = TensorSet.fromNumbers('float32', [1, 2, 3, 4, 5, 6], [2, 3])
        const { outputs } = await run({ x })
        assert.deepEqual(outputs, { x, sum: TensorSet.fromNumbers('float32', [6, 15], [2, 1]) })
      },
    },
    ...tensors.map((tensor) => ({
      name: `carries ${tensor.dtype} there and back bit by bit`,
      async run() {
        assert.deepEqual((await run({ given: tensor })).outputs, { given: tensor })
      },
    })),
    {
      name: 'carries a million floats',
      async run() {
        const values = Float32Array.from({ length: 1_000_000 }, (_, index) => index / 7)
        const tensor = TensorSet.fromTyped('float32', values, [1_000, 1_000])
        assert.deepEqual((await run({ given: tensor })).outputs, { given: tensor })
      },
    },
    {
      name: 'refuses a model that it does not have',
      run: () =>
        assert.rejects(backend.run({ model: 'none', inputs: seconds(0) }), { code: 'BACKEND_REFUSED' }),
    },
    {
      name: 'ends at its time limit, and by its caller',
      async run() {
        const late = backend.run({ model: 'echo', inputs: seconds(5), timeoutMs: 300 })
        await assert.rejects(late, { code: 'BACKEND_TIMED_OUT' })
        const signal = AbortSignal.timeout(300)
        const given = backend.run({ model: 'echo', inputs: seconds(5), signal })
        await assert.rejects(given, { code: 'JOB_ABORTED' })
        assert.equal((await backend.health({ model: 'echo' })).state, 'ready')
      },
    },
    {
      name: 'is killed under way: a code, and unready after',
      async run() {
        const running = backend.run({ model: 'echo', inputs: seconds(20) })
        const ended = assert.rejects(running, { code: /^BACKEND_(DIED_MID_STREAM|UNAVAILABLE)$/ })
        setTimeout(() => void kill(), 500)
        await ended
        const health = await backend.health()
        assert.equal(health.state === 'unready' && health.code, 'BACKEND_UNAVAILABLE')
        await backend.close()
      },
    },
  ]
}

/** Checks the engine of the Open Inference Protocol against MLServer, by HTTP and by gRPC. */
export async function checkMlServer(program: (name: string) => string): Promise<Counts> {
  const totals = { passed: 0, failed: 0 }
  for (const carrier of ['HTTP', 'gRPC'] as const) {
    const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()]
    const metricsDir = join(tmpdir(), `dim-mlserver-${http}`)
    const server = await startServer({
      command: [program('mlserver'), 'start', models],
      env: {
        MLSERVER_HOST: '127.0.0.1',
        MLSERVER_HTTP_PORT: String(http),
        MLSERVER_GRPC_PORT: String(grpc),
        MLSERVER_METRICS_PORT: String(metrics),
        MLSERVER_METRICS_DIR: metricsDir,
        MLSERVER_PARALLEL_WORKERS: '0',
        MLSERVER_DEBUG: 'false',
      },
      isReady: async () => {
        const probe = oipBackend({ url: `http://127.0.0.1:${http}` })
        const health = await probe.health({ model: 'echo' })
        await probe.close()
        return health.state === 'ready'
      },
      withinMs: 60_000,
    })
    try {
      const url = carrier === 'HTTP' ? `http://127.0.0.1:${http}` : `grpc://127.0.0.1:${grpc}`
      const { passed, failed } = await checkAll(`MLServer by ${carrier}`, checks(url, server.kill))
      totals.passed += passed
      totals.failed += failed
    } finally {
      await server.kill()
      rmSync(metricsDir, { recursive: true, force: true })
    }
  }
  return totals
}
