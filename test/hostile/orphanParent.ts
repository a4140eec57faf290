import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Hostile from '../../packages/node/src/runtime/hostile/hostileModels.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import type { SandboxLevel } from '../../packages/node/src/sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import { oneNumber } from './corpus.ts'
import { sandboxAt } from './levels.ts'

// A node in small: it runs a model that never ends, says so, and waits to be killed.
const [level = '', workDir = '', mark = '', engineSocket] = process.argv.slice(2)
const sandbox = sandboxAt(level as SandboxLevel, {
  ...{ workDir, environment: { CANARY_MARK: mark } },
  engineSocket: engineSocket || undefined,
})
await sandbox.prepare()
const pool = createWorkerPool({
  ...{ size: 1, memoryLimitBytes: 2 ** 29, timeoutMs: 600_000 },
  ...{ sandbox, logger: silentLogger },
})
const dir = join(workDir, '..', 'model')
mkdirSync(dir)
writeFileSync(join(dir, 'model.onnx'), Hostile.endlessRun())
pool.run({ model: { key: 'endless', dir, entry: 'model.onnx' }, inputs: oneNumber }).catch(() => undefined)
await until(async () => pool.status().workers.some(({ state, pid }) => state === 'running' && pid > 0))
console.log('running')
