import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { openSlotFile } from '../runtime/slotFile.ts'
import { collectTail } from './collectTail.ts'
import type { ProcessEnd, SandboxedProcess } from './sandbox.ts'

/** Something inside may have passed its streams on to a process that outlives it. */
const streamsEndWithinMs = 500

export type LaunchChildOptions = {
  file: string
  args: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Given to the child as descriptor 4. */
  descriptor?: number | undefined
  rssBytes(pid: number): Promise<number>
  showModel: SandboxedProcess['showModel']
  wasOutOfMemory(): boolean
  /** Removes what was made for this child. */
  onGone(): void
}

/** Starts a worker as a child of this process: frames on descriptor 3, its standard input open for as long as this process lives. */
export function launchChild(options: LaunchChildOptions): SandboxedProcess {
  const { file, args, cwd, env, descriptor, onGone } = options
  const slots = openSlotFile()
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe', descriptor ?? 'ignore', slots?.fd ?? 'ignore'],
    detached: true,
    windowsHide: true,
  })
  const channel = child.stdio[3] as Socket
  // A broken pipe is followed by the exit, which is where a job fails.
  channel.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)
  const ended = Promise.withResolvers<ProcessEnd>()
  const exited = Promise.withResolvers<void>()
  const stderr = collectTail(child.stderr)
  const end = (how: string) => {
    ended.resolve({ how, isMemory: options.wasOutOfMemory() })
    const leave = setTimeout(() => exited.resolve(), streamsEndWithinMs)
    child.once('close', () => {
      clearTimeout(leave)
      exited.resolve()
    })
    channel.resume()
  }
  child.once('error', (error) => {
    end(error.message)
    exited.resolve()
  })
  child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))

  return {
    pid: child.pid ?? 0,
    channel,
    slots,
    ended: ended.promise,
    exited: exited.promise.then(() => {
      channel.destroy()
      slots?.close()
      onGone()
    }),
    rssBytes: () => options.rssBytes(child.pid ?? 0),
    showModel: options.showModel,
    stderr,
    kill() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      killGroup(child, child.pid)
    },
  }
}

function killGroup(child: ChildProcess, pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
