import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { endlessRun } from './hostile/hostileModels.ts'
import { spawnWorker } from './workerProcess.ts'

const memoryLimitBytes = 1024 ** 3
const onLinux = { skip: process.platform !== 'linux' }

describe('worker process', () => {
  it('inherits neither environment nor open files nor working directory', onLinux, async () => {
    process.env.DIM_TEST_SECRET = 'hidden'
    const worker = spawnWorker({ memoryLimitBytes })
    try {
      await worker.ready
      const environment = readFileSync(`/proc/${worker.pid}/environ`, 'utf8').split('\0').filter(Boolean)
      assert.deepEqual(environment, ['ORT_DISABLE_TELEMETRY=1'])
      assert.deepEqual(readdirSync(readlinkSync(`/proc/${worker.pid}/cwd`)), [])
      const files = readdirSync(`/proc/${worker.pid}/fd`).map((fd) =>
        readlinkSync(`/proc/${worker.pid}/fd/${fd}`),
      )
      const odd = files.filter(
        (path) =>
          !/^(socket|pipe|anon_inode):|^\/dev\/(null|urandom|shm\/dim-[0-9a-f]+ \(deleted\))$/.test(path),
      )
      assert.deepEqual(odd, [])
    } finally {
      delete process.env.DIM_TEST_SECRET
      worker.kill()
      await worker.exited
    }
  })

  it('ends with its parent, even in the middle of a run that never ends', onLinux, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dim-orphan-'))
    await writeFile(join(dir, 'model.onnx'), endlessRun())
    const parent = spawn(process.execPath, ['--input-type=module', '-e', orphanMaker, dir], {
      cwd: import.meta.dirname,
      // Who is killed cannot remove the folder of its worker.
      env: { ...process.env, TMPDIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = await once(createInterface(parent.stdout), 'line')
      const pid = Number(line)
      assert.ok(existsSync(`/proc/${pid}`))
      parent.kill('SIGKILL')
      await once(parent, 'exit')
      const startedAt = performance.now()
      while (isRunning(pid)) {
        assert.ok(performance.now() - startedAt < 5000, 'the worker outlives its parent')
        await new Promise(setImmediate)
      }
    } finally {
      parent.kill('SIGKILL')
      await rm(dir, { recursive: true, force: true })
    }
  })
})

/** Starts a worker, makes it busy for ever, and prints its process id once it burns time. */
const orphanMaker = `
import { readFileSync } from 'node:fs'
const { spawnWorker } = await import('${new URL('./workerProcess.ts', import.meta.url).href}')
const worker = spawnWorker({ memoryLimitBytes: ${memoryLimitBytes} })
await worker.ready
const ticks = () => Number(readFileSync('/proc/' + worker.pid + '/stat', 'utf8').split(' ')[13])
const idle = ticks()
const tensors = [{ name: 'x', dtype: 'float32', dims: [1], bytes: 4 }]
const command = { id: 1, op: 'run', modelKey: 'm', dir: process.argv[1], entry: 'model.onnx', executionProvider: 'cpu', maxOutputBytes: 1024, tensors }
worker.execute('m', command, { parts: [new Uint8Array(8)], limits: { timeoutMs: 60000, maxOutputBytes: 1024 } }).catch(() => undefined)
while (ticks() < idle + 10) await new Promise(setImmediate)
console.log(worker.pid)
`

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
