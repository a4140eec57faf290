import { join } from 'node:path'
import { type ModelManifest, TensorSet } from '@dim/sdk'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { parseCid } from '../../packages/node/src/content/support/contractContent.ts'
import { createModelCache, type ReadyModel } from '../../packages/node/src/models/cache.ts'
import { checkGolden } from '../../packages/node/src/models/checkGolden.ts'
import { buildManifest } from '../../packages/node/src/models/publish.ts'
import type { SeedModel } from '../../packages/node/src/models/seeds/seedModel.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import type { ExecutionProvider } from '../../packages/node/src/runtime/providers.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { RunRequest } from '../../packages/node/src/runtime/workerPool.ts'
import type { Sandbox } from '../../packages/node/src/sandbox/sandbox.ts'
import { largestDifference } from './largestDifference.ts'

export type SeedGateOptions = {
  dir: string
  seeds: readonly SeedModel[]
  /** What a node of this machine would try, in this order. */
  served: readonly ExecutionProvider[]
  /** What is tried besides, by name. */
  others: readonly ExecutionProvider[]
  sandbox: Sandbox | undefined
  timeoutMs: number
}

export type CheckRow = {
  model: string
  executionProvider: ExecutionProvider
  passed: boolean
  ms: number
  /** From the golden outputs, over all of them; undefined where nothing came out. */
  difference: number | undefined
  reason: string | undefined
}

export type SeedGate = Awaited<ReturnType<typeof openSeedGate>>

const publisher = '0x00000000000000000000000000000000000000A1'
const salt = `0x${'22'.repeat(32)}` as const
const memoryLimitBytes = 4 * 2 ** 30

/** Publishes real models with golden outputs of the CPU, and lets them through the same gate as a node does. */
export async function openSeedGate(options: SeedGateOptions) {
  const { dir, seeds, served, others, sandbox, timeoutMs } = options
  const content = await openFsStore({ dir: join(dir, 'content') })
  const common = { size: 1, memoryLimitBytes, timeoutMs, sandbox, logger: silentLogger }
  const pool = createWorkerPool({
    ...common,
    executionProviders: [...new Set([...served, ...others, 'cpu' as const])],
  })
  const gated = { ...pool, executionProviders: served }
  const cache = await createModelCache({
    ...{ dir: join(dir, 'models'), maxBytes: 2 ** 30, content, pool: gated, logger: silentLogger },
  })
  const manifests = new Map<string, { modelKey: string; manifest: ModelManifest.ModelManifest }>()
  for (const seed of seeds) {
    const { onnxPath, options: published } = await seed.prepare()
    const onCpu = {
      ...pool,
      run: (request: RunRequest) => pool.run({ ...request, executionProvider: 'cpu' }),
    }
    const input = { onnxPath, content, pool: onCpu, options: { ...published, publisher, salt } as const }
    manifests.set(seed.name, await buildManifest(input))
  }

  const readTensors = async (cid: string): Promise<TensorSet.TensorSet> => {
    const parts: Uint8Array[] = []
    for await (const part of content.read(parseCid(cid))) parts.push(part)
    return TensorSet.decode(Buffer.concat(parts))
  }

  const ensure = (model: string): Promise<ReadyModel> => cache.ensure(manifests.get(model)?.modelKey ?? model)

  return {
    pool,
    readTensors,
    models: seeds.map(({ name }) => name as string),
    /** The model as a node would serve it: what it passed on, what it was refused on and why. */
    ensure,
    async check(model: string, executionProvider: ExecutionProvider): Promise<CheckRow> {
      const { modelKey, dir: modelDir, entry, manifest, release } = await ensure(model)
      const outputs: TensorSet.TensorSet[] = []
      const recording = {
        executionProviders: [executionProvider],
        async run(request: RunRequest) {
          const result = await pool.run(request)
          outputs.push(result.outputs)
          return result
        },
      }
      const startedAt = performance.now()
      const { refused } = await checkGolden({
        ...{ manifest, readTensors, pool: recording },
        model: { key: modelKey, dir: modelDir, entry, maxOutputBytes: manifest.maxima.outputBytes },
      })
      const ms = performance.now() - startedAt
      release()
      const expected = await Promise.all(manifest.golden.map((golden) => readTensors(golden.outputs)))
      const error = refused[0]?.error
      return {
        ...{ model, executionProvider, ms, passed: error === undefined },
        difference: largestDifference(expected, outputs),
        reason: error === undefined ? undefined : `${error.code}: ${error.details ?? error.shortMessage}`,
      }
    },
    async close() {
      await cache.close()
      await pool.close()
      await content.close()
    },
  }
}
