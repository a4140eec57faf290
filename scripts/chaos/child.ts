import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Child = {
  readonly isAlive: boolean
  /** Resolves with the exit code, or `undefined` when a signal ended it. */
  readonly exited: Promise<number | undefined>
  kill(): Promise<void>
  stop(): Promise<void>
  /** Its last words, for a report. */
  readonly tail: readonly string[]
}

export type ChildOptions = {
  args: readonly string[]
  env: Readonly<Record<string, string>>
  onLine: (line: Record<string, unknown>) => void
}

const KEPT_LINES = 60

function readLines(child: ChildProcess, keep: (line: string) => void, onLine: ChildOptions['onLine']): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      keep(line)
      try {
        onLine(JSON.parse(line))
      } catch {
        // Not a line of JSON: kept for the report, nothing else.
      }
    })
  }
}

/** Starts a Node process whose lines of JSON are read as they come. */
export function startChild({ args, env, onLine }: ChildOptions): Child {
  const child = spawn(process.execPath, [...args], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const tail: string[] = []
  const keep = (line: string) => {
    tail.push(line)
    if (tail.length > KEPT_LINES) tail.shift()
  }
  readLines(child, keep, onLine)
  const exited = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => resolve(code ?? undefined))
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    get isAlive() {
      return child.exitCode === null && child.signalCode === null
    },
    exited,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    tail,
  }
}
