import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { probeModelBytes } from './probeModel.ts'
import { spawnWorker } from './workerProcess.ts'

let root: string

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dim-telemetry-'))
  await writeFile(join(root, 'model.onnx'), probeModelBytes())
})

after(() => rm(root, { recursive: true, force: true }))

const createSession = `
import * as ort from 'onnxruntime-node'
await ort.InferenceSession.create(process.argv[1], { logSeverityLevel: 3 })
`

/** Loads a model in a process of its own, with a home to write to and without CI, and answers what it wrote there. */
async function filesWritten(name: string, extra: Record<string, string>): Promise<string[]> {
  const home = join(root, name)
  await mkdir(home)
  const env = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), ...extra }
  const args = ['--input-type=module', '-e', createSession, join(root, 'model.onnx')]
  await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, env })
  return readdir(home, { recursive: true })
}

describe('telemetry of the engine', () => {
  it('is off in a worker, as the variable that every worker is started with turns it off', async () => {
    assert.deepEqual(await filesWritten('off', { ORT_DISABLE_TELEMETRY: '1' }), [])
  })

  it('is on without the variable, and so the test above can fail', {
    skip: process.platform !== 'linux',
  }, async () => {
    const files = await filesWritten('on', {})
    assert.ok(
      files.some((file) => file.endsWith('onnxruntime.db')),
      files.join(', '),
    )
  })

  it('leaves nothing in the directory of a worker that has run', {
    skip: process.platform !== 'linux',
  }, async () => {
    const worker = spawnWorker({ memoryLimitBytes: 1024 ** 3 })
    try {
      await worker.ready
      const command = {
        id: 1,
        op: 'probe',
        dir: root,
        entry: 'model.onnx',
        executionProvider: 'cpu',
      } as const
      const limits = { timeoutMs: 10_000, maxOutputBytes: 0 }
      const { reply } = await worker.execute('probe', command, { parts: [], limits })
      assert.equal(reply.type, 'probed')
      assert.deepEqual(await readdir(`/proc/${worker.pid}/cwd/`, { recursive: true }), [])
    } finally {
      worker.kill()
      await worker.exited
    }
  })
})
