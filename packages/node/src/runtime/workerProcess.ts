import { defaultLimits } from '../sandbox/executionTemplate.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { defaultSandbox } from './defaultSandbox.ts'
import { createWorkerChannel, type WorkerChannel } from './workerChannel.ts'

const detailsChars = 2048

export type SpawnWorkerOptions = {
  memoryLimitBytes: number
  maxProcesses?: number | undefined
  tmpBytes?: number | undefined
  /** Prepared before; a plain process if none is given. */
  sandbox?: Sandbox | undefined
}

export type WorkerProcess = {
  /** 0 while it is not known. */
  readonly pid: number
  readonly ready: Promise<string>
  readonly exited: Promise<void>
  readonly channel: WorkerChannel
  /** One command besides the runs of the channel. */
  execute: WorkerChannel['execute']
  rssBytes(): Promise<number>
  kill(): void
}

/** Starts one worker in a sandbox: empty environment, empty working directory, limits of time, memory and output. */
export function spawnWorker({
  memoryLimitBytes,
  sandbox = defaultSandbox,
  ...limits
}: SpawnWorkerOptions): WorkerProcess {
  const child = sandbox.launch({
    memoryBytes: memoryLimitBytes,
    maxProcesses: limits.maxProcesses ?? defaultLimits.maxProcesses,
    tmpBytes: limits.tmpBytes ?? defaultLimits.tmpBytes,
  })
  const channel = createWorkerChannel({
    stream: child.channel,
    slots: child.slots,
    memoryLimitBytes,
    rssBytes: () => child.rssBytes(),
    showModel: (modelKey, dir) => child.showModel(modelKey, dir),
    kill: () => child.kill(),
  })
  void child.ended.then(({ how, isMemory }) => {
    channel.end({ isMemory, details: `${how}; ${child.stderr()}`.slice(0, detailsChars) })
  })

  return {
    get pid() {
      return child.pid
    },
    ready: channel.ready,
    exited: child.exited,
    channel,
    execute: channel.execute,
    rssBytes: () => child.rssBytes(),
    kill: () => child.kill(),
  }
}
