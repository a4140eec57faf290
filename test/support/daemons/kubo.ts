import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const built = join(import.meta.dirname, '../../../.dim-cache/daemons/ipfs')

export type KuboDaemon = {
  apiUrl: string
  repo: string
  /** Where peers reach it. */
  addresses(): Promise<string[]>
  stop(): Promise<void>
}

/** `DIM_KUBO`, what `npm run daemons` built, or `ipfs` on the path. */
async function findKubo(): Promise<string | undefined> {
  const { DIM_KUBO, PATH = '' } = process.env
  const onPath = PATH.split(delimiter).map((folder) => join(folder, 'ipfs'))
  for (const candidate of [DIM_KUBO, built, ...onPath]) {
    if (!candidate) continue
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return candidate
  }
  return undefined
}

export const kubo = await findKubo()

/** For `describe`: false where there is a daemon to test with. */
export const withoutKubo =
  kubo === undefined && 'skipped: no kubo ("npm run daemons" builds it where there is Go; or set DIM_KUBO)'

/** A daemon of its own on loopback with an empty repository and no peers; `login` is `user:password`. */
export async function startKubo({ login }: { login?: string } = {}): Promise<KuboDaemon> {
  const program = kubo ?? 'ipfs'
  const repo = await mkdtemp(join(tmpdir(), 'dim-kubo-'))
  const env = { ...process.env, IPFS_PATH: repo, IPFS_TELEMETRY: 'off' }
  await promisify(execFile)(program, ['init', '--profile=test,unixfs-v1-2025'], { env })
  const authorization = { tests: { AuthSecret: `basic:${login}`, AllowedPaths: ['/api/v0'] } }
  const secured = ['config', '--json', 'API.Authorizations', JSON.stringify(authorization)]
  if (login !== undefined) await promisify(execFile)(program, secured, { env })
  const child = spawn(program, ['daemon'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  child.stderr.on('data', (chunk) => said.push(String(chunk)))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said.push(String(chunk))
      if (said.join('').includes('Daemon is ready')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`kubo ended: ${said.join('')}`)))
  })
  await ready
  const address = await readFile(join(repo, 'api'), 'utf8')
  const apiUrl = `http://127.0.0.1:${/\/tcp\/(\d+)/.exec(address)?.[1]}`
  return {
    apiUrl,
    repo,
    async addresses() {
      const response = await fetch(`${apiUrl}/api/v0/id`, { method: 'POST' })
      const { Addresses } = (await response.json()) as { Addresses: string[] }
      return Addresses
    },
    async stop() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      await rm(repo, { recursive: true, force: true })
    },
  }
}
