import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { BaseError } from '@dim/sdk'

export type ServerProcess = {
  /** At once, as a crash would. */
  kill(): Promise<void>
}

export type ServerProcessOptions = {
  command: readonly [string, ...string[]]
  env: Readonly<Record<string, string>>
  isReady: () => Promise<boolean>
  withinMs: number
}

/** A server under test ended, or did not answer in time. */
export class TestServerSilentError extends BaseError {
  override readonly code = 'TEST_SERVER_SILENT'

  constructor(command: readonly string[], withinMs: number, output: string) {
    super(`${command.slice(0, 3).join(' ')} did not answer within ${withinMs} ms.`, {
      charged: 'Nothing was charged.',
      hint: 'What it wrote is in the details.',
      details: output,
    })
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Starts a server and waits until it answers; says what it wrote when it does not. */
export async function startServer(options: ServerProcessOptions): Promise<ServerProcess> {
  const { command, env, isReady, withinMs } = options
  const [program, ...args] = command
  let output = ''
  const child = spawn(program, args, {
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4_000)
    })
  }
  const until = performance.now() + withinMs
  while (child.exitCode === null && performance.now() < until) {
    if (await isReady()) return { kill: () => end(child) }
    await sleep(100)
  }
  await end(child)
  throw new TestServerSilentError(command, withinMs, output)
}
