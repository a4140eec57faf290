import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type Engine = { socket: string; stop(): Promise<void> }

const dockerd = '/usr/sbin/dockerd'
const systemSocket = '/var/run/docker.sock'
const startsWithinMs = 20_000
const stopsWithinMs = 10_000
const drivers = ['overlay2', 'vfs']

/** The engine that runs here, or one of its own with its data in a temporary folder; a text says why there is none. */
export async function openEngine(): Promise<Engine | string> {
  if (await answers(systemSocket)) return { socket: systemSocket, stop: async () => undefined }
  if (process.platform !== 'linux') return `no engine answers at ${systemSocket}`
  if (!existsSync(dockerd)) return `no engine answers at ${systemSocket}, and ${dockerd} is missing`
  if (process.getuid?.() !== 0) return 'an engine of its own needs root'
  let fault = ''
  for (const driver of drivers) {
    const engine = await startEngine(driver)
    if (typeof engine !== 'string') return engine
    fault = engine
  }
  return fault
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    get({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false))
  })

/** Without networks or firewall rules: workers have no network. */
async function startEngine(driver: string): Promise<Engine | string> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-engine-'))
  const socket = join(dir, 'docker.sock')
  await mkdir(join(dir, 'data'))
  const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false']
  const places = ['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')]
  const daemon = spawn(
    dockerd,
    [
      ...places,
      '--pidfile',
      join(dir, 'pid'),
      '-H',
      `unix://${socket}`,
      '--storage-driver',
      driver,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  daemon.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-4_000)
  })
  const exited = once(daemon, 'exit')
  process.once('exit', () => daemon.kill('SIGTERM'))
  let isUp = true
  void exited.then(() => {
    isUp = false
  })
  const stop = async () => {
    if (isUp) daemon.kill('SIGTERM')
    await Promise.race([exited, sleep(stopsWithinMs, undefined, { ref: false })])
    if (isUp) daemon.kill('SIGKILL')
    await rm(dir, { recursive: true, force: true }).catch(() => undefined)
  }
  const until = Date.now() + startsWithinMs
  while (isUp && Date.now() < until) {
    if (await answers(socket)) return { socket, stop }
    await sleep(100)
  }
  await stop()
  return `${dockerd} with ${driver} did not start: ${log.trim().split('\n').at(-1) ?? ''}`
}
