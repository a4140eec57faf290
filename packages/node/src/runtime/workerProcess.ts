import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BaseError } from '@dim/sdk'
import {
  JobAbortedError,
  JobTimeoutError,
  MemoryLimitError,
  OutputTooLargeError,
  WorkerCrashedError,
} from './errors.ts'
import { createFrameParser, type Frame } from './frameParser.ts'
import { launchCommand } from './launchCommand.ts'
import { type WorkerCommand, type WorkerReply, workerReply } from './protocol.ts'
import { readResidentBytes } from './residentMemory.ts'
import { writeFrame } from './writeFrame.ts'

/** Linux answers from /proc; elsewhere each question starts a process. */
const memoryPollMs = platform() === 'linux' ? 20 : 250
const stderrTailBytes = 2048
const payloadSlackBytes = 64 * 1024

export type CommandLimits = { timeoutMs: number; maxOutputBytes: number; signal?: AbortSignal | undefined }

export type CommandAnswer = { reply: Exclude<WorkerReply, { type: 'ready' }>; payload: Uint8Array }

export type WorkerProcess = {
  readonly pid: number
  /** Resolves with the engine's description once the engine is loaded; rejects when the process ends before that. */
  readonly ready: Promise<string>
  readonly exited: Promise<void>
  /** One command at a time. Whatever breaks a limit kills the process and rejects with the coded reason. */
  execute(
    modelKey: string,
    command: WorkerCommand,
    options: { parts: readonly Uint8Array[]; limits: CommandLimits },
  ): Promise<CommandAnswer>
  rssBytes(): Promise<number>
  kill(): void
}

type Pending = {
  modelKey: string
  limits: CommandLimits
  resolve(answer: CommandAnswer): void
  reject(error: unknown): void
}

/** Starts one worker: own process group, empty environment, empty working directory, memory limited by the kernel where possible. */
export function spawnWorker({ memoryLimitBytes }: { memoryLimitBytes: number }): WorkerProcess {
  const cwd = mkdtempSync(join(tmpdir(), 'dim-worker-'))
  const child = launch(cwd, memoryLimitBytes)
  const pid = child.pid ?? 0
  const socket = child.stdio[3] as Socket
  const ready = Promise.withResolvers<string>()
  const exited = Promise.withResolvers<void>()
  const stderr = collectTail(child)
  let pending: Pending | undefined
  let killReason: BaseError | undefined
  let isReady = false

  const kill = () => {
    if (pid === 0 || child.exitCode !== null || child.signalCode !== null) return
    killGroup(child)
  }
  const killFor = (reason: BaseError) => {
    killReason ??= reason
    kill()
  }

  const onFrame = ({ header, payload }: Frame) => {
    const parsed = workerReply.safeParse(header)
    if (!parsed.success) return kill()
    if (parsed.data.type === 'ready' && !isReady) {
      isReady = true
      return ready.resolve(parsed.data.runtime)
    }
    if (pending === undefined || parsed.data.type === 'ready') return kill()
    const { resolve } = pending
    pending = undefined
    resolve({ reply: parsed.data, payload })
  }
  const parser = createFrameParser({
    maxPayloadBytes: () => (pending === undefined ? 0 : pending.limits.maxOutputBytes + payloadSlackBytes),
    onFrame,
  })
  socket.on('data', (chunk) => {
    const fault = parser.push(chunk)
    if (fault === undefined) return
    if (fault.isOversize && pending !== undefined) {
      return killFor(new OutputTooLargeError(pending.modelKey, pending.limits.maxOutputBytes))
    }
    kill()
  })
  // A broken pipe is followed by the exit, which is where a job fails.
  socket.on('error', kill)
  child.stdin?.on('error', kill)

  const onEnd = (how: string) => {
    rmSync(cwd, { recursive: true, force: true })
    socket.destroy()
    const details = `${how}; ${stderr()}`.slice(0, stderrTailBytes)
    ready.reject(new WorkerCrashedError('none', details))
    pending?.reject(killReason ?? endReason(pending.modelKey, memoryLimitBytes, details))
    pending = undefined
    exited.resolve()
  }
  ready.promise.catch(() => undefined)
  child.once('error', (error) => onEnd(error.message))
  child.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`))

  return {
    pid,
    ready: ready.promise,
    exited: exited.promise,
    kill,
    rssBytes: () => readResidentBytes(pid),
    execute(modelKey, command, { parts, limits }) {
      const answer = Promise.withResolvers<CommandAnswer>()
      pending = { modelKey, limits, resolve: answer.resolve, reject: answer.reject }
      const unwatch = watchLimits({ modelKey, pid, memoryLimitBytes, limits, killFor })
      writeFrame(socket, command, parts)
      return answer.promise.finally(unwatch)
    },
  }
}

function launch(cwd: string, memoryLimitBytes: number): ChildProcess {
  const { file, args } = launchCommand(memoryLimitBytes)
  return spawn(file, args, {
    cwd,
    // The engine sends usage data to its vendor unless this variable is set.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  })
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

type Watched = {
  modelKey: string
  pid: number
  memoryLimitBytes: number
  limits: CommandLimits
  killFor(reason: BaseError): void
}

/** Watches time, memory and the caller's signal from outside; answers how to stop watching. */
function watchLimits({ modelKey, pid, memoryLimitBytes, limits, killFor }: Watched): () => void {
  const { timeoutMs, signal } = limits
  const onAbort = () => killFor(new JobAbortedError(modelKey, signal?.reason))
  const timeout = setTimeout(() => killFor(new JobTimeoutError(modelKey, timeoutMs)), timeoutMs)
  const poll = setInterval(async () => {
    if ((await readResidentBytes(pid)) > memoryLimitBytes)
      killFor(new MemoryLimitError(modelKey, memoryLimitBytes))
  }, memoryPollMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  return () => {
    clearTimeout(timeout)
    clearInterval(poll)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** A process that runs into its kernel limit ends by itself and says so on the way. */
function endReason(modelKey: string, memoryLimitBytes: number, details: string): BaseError {
  const isMemory = /out of memory|bad_alloc|Cannot allocate memory|OOM/i.test(details)
  return isMemory
    ? new MemoryLimitError(modelKey, memoryLimitBytes, details)
    : new WorkerCrashedError(modelKey, details)
}

function collectTail(child: ChildProcess): () => string {
  let tail = Buffer.alloc(0)
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-stderrTailBytes)
  })
  return () => tail.toString('utf8').trim()
}
