import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { kill } from 'node:process'
import { BaseError } from '@dim/sdk'

export type Service = {
  name: string
  pid: number
  /** Resolves with the exit code once the process has ended, whoever ended it. */
  exited: Promise<number>
  /** Asks the process to end, and kills it when it has not within `graceMs`. */
  stop(graceMs: number): Promise<void>
  lastOutput(): string
}

export type ServiceOptions = {
  name: string
  /** The Node binary. */
  execPath: string
  /** A script, then what it takes. */
  args: readonly string[]
  cwd: string
  environment: Readonly<Record<string, string | undefined>>
  logFile: string
}

/** A part of the devnet ended, or could not be started. */
export class ServiceFailedError extends BaseError {
  override readonly code = 'SERVICE_FAILED'

  constructor(
    service: { name: string },
    options: { why: string; output?: string; logFile?: string; cause?: unknown },
  ) {
    super(`The ${service.name} of the devnet ${options.why}.${options.output ? `\n${options.output}` : ''}`, {
      cause: options.cause,
      charged: 'Nothing was charged.',
      hint: options.logFile === undefined ? 'Try again.' : `Its log is ${options.logFile}.`,
    })
  }
}

const keptOutput = 4_000

const leash = new URL('leash.ts', import.meta.url).href

/** Starts a child whose output goes to a file; its last lines are kept for error messages. It ends with this process. */
export function startService(options: ServiceOptions): Service {
  const { name, execPath, args, cwd, environment, logFile } = options
  const child = spawn(execPath, ['--import', leash, ...args], {
    cwd,
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const log = createWriteStream(logFile, { flags: 'a' })
  let output = ''
  const keep = (chunk: Buffer) => {
    log.write(chunk)
    output = (output + chunk.toString('utf8')).slice(-keptOutput)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(127)
    })
    child.once('close', (code) => {
      log.end()
      resolve(code ?? 1)
    })
  })
  return {
    name,
    pid: child.pid ?? 0,
    exited,
    stop: (graceMs) => stop(child, exited, graceMs),
    lastOutput: () => output,
  }
}

async function stop(child: ChildProcess, exited: Promise<number>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => killGroup(child.pid), graceMs)
  await exited
  clearTimeout(timer)
}

/** The child leads a group of its own, so its workers go with it. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
