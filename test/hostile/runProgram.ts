import { fileURLToPath } from 'node:url'
import { BaseError } from '@dim/sdk'
import { spawnWorker } from '../../packages/node/src/runtime/workerProcess.ts'
import type { Sandbox, SandboxedProcess } from '../../packages/node/src/sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import type { Canary } from './canary.ts'
import { processesOf } from './processesOf.ts'
import type { Row } from './row.ts'

const memoryBytes = 256 * 1024 * 1024
const limits = { memoryBytes, maxProcesses: 48, tmpBytes: 32 * 1024 * 1024 }
const reportsWithinMs = 30_000

export type Program = {
  name: string
  module: string
  /** Judges what the program says that it did; answers what is wrong with it. */
  judge(attempts: Readonly<Record<string, string>>): string | undefined
  /** Goes on by itself until the sandbox ends it. */
  endsItself?: boolean
}

const allRefused = (attempts: Readonly<Record<string, string>>): string | undefined => {
  const done = Object.entries(attempts).filter(([, text]) => text.startsWith('DONE'))
  return done.length === 0 ? undefined : done.map(([name, text]) => `${name}: ${text}`).join('; ')
}

const module = (name: string): string => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))

/** What code does that has taken a worker over. */
export const programs: readonly Program[] = [
  {
    name: 'fork bomb',
    module: module('forkBomb'),
    judge: ({ forked = '' }) =>
      Number.parseInt(forked, 10) < limits.maxProcesses ? undefined : `${forked} processes came up`,
  },
  { name: 'network connect', module: module('network'), judge: noConnection },
  { name: 'reading the key file', module: module('readSecrets'), judge: ownFilesOnly },
  { name: 'writing outside of tmp', module: module('writeOutside'), judge: allRefused },
  { name: 'memory bomb', module: module('memoryBomb'), judge: () => undefined, endsItself: true },
]

/** A datagram goes to the sandbox's own loopback without an error; the canary would have heard one that came out. */
function noConnection({ datagram: _datagram, ...connections }: Readonly<Record<string, string>>) {
  return allRefused(connections)
}

/** The sandbox has a file of users of its own; nothing of the machine's. */
function ownFilesOnly(attempts: Readonly<Record<string, string>>): string | undefined {
  const { environments = '', ...reads } = attempts
  const odd = environments
    .split(' ')
    .filter((entry) => !/^(ORT_|CANARY_|PWD=|HOSTNAME=|PATH=|HOME=)/.test(entry))
  if (environments !== '' && odd.length > 0) return `variables: ${odd.join(' ')}`
  return allRefused(reads)
}

export type RunProgramOptions = {
  /** Made for the program, which stands in the worker's place. */
  sandbox: Sandbox
  program: Program
  canary: Canary
  mark: string
  /** An honest job somewhere else on this machine at the same time. */
  serveNext(): Promise<boolean>
}

export async function runProgram(options: RunProgramOptions): Promise<Row> {
  const { sandbox, program, canary, mark, serveNext } = options
  const startedAt = performance.now()
  const child = sandbox.launch(limits)
  const said = await Promise.race([firstLine(child), whenEnded(child)])
  const wrong = said.startsWith('{') ? program.judge(JSON.parse(said)) : `it said nothing: ${said}`
  const end = program.endsItself === true ? await endOf(child) : undefined
  const nextServed = await serveNext().catch(() => false)
  child.kill()
  await child.exited
  const isGone = await until(async () => processesOf(mark).length === 0, 5_000).then(
    () => true,
    () => false,
  )
  const leaks = [...(await canary.leaks(said)), ...(isGone ? [] : ['processes were left'])]
  const faults = [wrong, ...leaks, ...(nextServed ? [] : ['the next job was not served'])].filter(Boolean)
  return {
    level: sandbox.level,
    file: `program: ${program.name}`,
    outcome: end ?? (wrong === undefined ? 'refused' : 'NOT REFUSED'),
    ms: Math.round(performance.now() - startedAt),
    nextServed,
    leaks,
    fault: faults.length === 0 ? undefined : faults.join('; '),
  }
}

async function firstLine({ channel }: SandboxedProcess): Promise<string> {
  let text = ''
  for await (const chunk of channel.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'))
  }
  return text
}

const whenEnded = async (child: SandboxedProcess): Promise<string> => {
  const timeout = setTimeout(() => child.kill(), reportsWithinMs)
  const { how } = await child.ended
  clearTimeout(timeout)
  return `${how} ${child.stderr()}`
}

async function endOf(child: SandboxedProcess): Promise<string> {
  const timeout = setTimeout(() => child.kill(), reportsWithinMs)
  const { how, isMemory } = await child.ended
  clearTimeout(timeout)
  return isMemory ? 'ended for its memory' : `ended: ${how}`
}

/** A program that breaks the protocol ends its worker with a code. */
export async function runGarbage(sandbox: Sandbox, serveNext: () => Promise<boolean>): Promise<Row> {
  const startedAt = performance.now()
  const worker = spawnWorker({ memoryLimitBytes: memoryBytes, sandbox })
  const timeout = setTimeout(worker.kill, reportsWithinMs)
  const outcome = await worker.ready.then(
    () => 'ready',
    (error: unknown) => (error instanceof BaseError ? error.code : String(error)),
  )
  clearTimeout(timeout)
  worker.kill()
  await worker.exited
  const nextServed = await serveNext().catch(() => false)
  const fault =
    outcome === 'WORKER_CRASHED' && nextServed ? undefined : `${outcome}, next served: ${nextServed}`
  const ms = Math.round(performance.now() - startedAt)
  return { level: sandbox.level, file: 'program: garbage frames', outcome, ms, nextServed, leaks: [], fault }
}

export const garbageModule = module('garbage')
