import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Every command line reads the same code; the cache halves the time of each. */
const compileCache = join(root, '.dim-cache/compile')
export const mainFile = join(root, 'packages/node/src/main.ts')

export type RunResult = { code: number; stdout: string; stderr: string; json: () => Record<string, never> }

export type RunOptions = { environment?: Record<string, string>; cwd?: string; input?: string }

/** Runs one `dim` command line to its end, without a terminal and without any setting of the developer's own. */
export function dim(
  args: readonly string[],
  { environment = {}, cwd = root, input }: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: compileCache,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input ?? '')
  return finished(child)
}

export function finished(child: ChildProcess): Promise<RunResult> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const json = () => JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      resolve({ code: code ?? -1, stdout, stderr, json })
    })
  })
}

export type TestDevnet = {
  dir: string
  state: { rpcUrl: string; frontDoor: string; providers: { name: string; endpoint: string }[] }
  stop(): Promise<{ code: number }>
}

/** `dim devnet` on free ports in a state folder of its own; models that the clone's devnet has built are taken over. */
export async function startTestDevnet(): Promise<TestDevnet> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-devnet-'))
  await cp(join(root, '.devnet/seeds'), join(dir, 'seeds'), { recursive: true }).catch(() => undefined)
  const args = ['devnet', '--json', '--state', dir, '--port', '0', '--chain-port', '0']
  const child = spawn(process.execPath, [mainFile, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = finished(child)
  const ready = new Promise<TestDevnet['state']>((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)))
  })
  const failed = ended.then(({ stdout, stderr }): never => {
    throw new Error(`the devnet ended before it was ready\n${stdout}\n${stderr}`)
  })
  try {
    const state = await Promise.race([ready, failed])
    return {
      dir,
      state,
      async stop() {
        child.kill('SIGTERM')
        const { code } = await ended
        await removeFolder(dir)
        return { code }
      },
    }
  } catch (error) {
    await removeFolder(dir)
    throw error
  }
}

/** A process that ended a moment ago may still be writing its compile cache there. */
const removeFolder = (dir: string) =>
  rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
