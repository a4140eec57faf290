import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dim, finished } from '../support/devnet.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Command lines of processes that have to do with the state folder. */
async function processesOf(dir: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.includes(dir)).map((line) => line.replaceAll('\0', ' '))
}

describe('npm start', { timeout: 600_000 }, () => {
  let dir = ''

  const start = (...args: string[]) =>
    spawn(process.execPath, ['scripts/start.ts', '--state', dir, '--chain-port', '0', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-start-'))
    await cp(join(root, '.devnet/seeds'), join(dir, 'seeds'), { recursive: true }).catch(() => undefined)
  })
  after(() => rm(dir, { recursive: true, force: true }))

  it('--once --json: one paid job, right and settled; nothing stays behind', async () => {
    const [before, home] = [await readdir(root), await readdir(process.env.HOME ?? '/')]
    const { code, json, stderr } = await finished(start('--once', '--json', '--port', '0'))
    assert.equal(code, 0, stderr)
    const job = json() as Record<string, unknown>
    const keys =
      'jobId model modelCid provider status priceUsdc paidUsdc refundedUsdc gas timingsMs output receipt'
    for (const key of keys.split(' ')) assert.ok(job[key] !== undefined, key)
    assert.equal(job.status, 'completed')
    assert.equal(job.model, 'line-reader')
    assert.equal(job.output, job.drawn)
    assert.equal(
      BigInt(String(job.paidUsdc)) + BigInt(String(job.refundedUsdc)),
      BigInt(String(job.priceUsdc)),
    )
    const gas = job.gas as Record<string, number>
    for (const path of ['open', 'submit', 'settle']) assert.ok((gas[path] ?? 0) > 21_000, path)
    assert.deepEqual(await processesOf(dir), [])
    assert.deepEqual(await readdir(root), before)
    assert.deepEqual(await readdir(process.env.HOME ?? '/'), home)
  })

  it('a port in use: names the process, takes another; another command finds the devnet; Ctrl-C stops all in 3 s', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const child = start('--json', '--port', String(address.port))
    const ended = finished(child)
    try {
      const line = await new Promise<string>((resolve) =>
        createInterface({ input: child.stdout }).once('line', resolve),
      )
      assert.equal(JSON.parse(line).status, 'completed')
      const listed = await dim(['model', 'list', '--json'], { environment: { DIM_NETWORK: dir } })
      const { models } = listed.json() as unknown as { models: { providers: number }[] }
      assert.deepEqual(
        models.map(({ providers }) => providers),
        [2, 2, 2],
      )
      const twice = await dim(['devnet', '--state', dir, '--port', '0', '--chain-port', '0'])
      assert.equal(twice.code, 1)
      assert.match(twice.stderr, /DEVNET_RUNNING/)
    } finally {
      server.close()
      child.kill('SIGINT')
      const { code, stderr } = await ended
      // What does not end by itself within three seconds is ended with code 1.
      assert.equal(code, 0, stderr)
      assert.match(stderr, new RegExp(`port ${address.port} is taken by process ${process.pid} `))
    }
    assert.deepEqual(await processesOf(dir), [])
  })
})
