import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../workFolder.ts'

export type CgroupLimits = { memoryBytes: number; maxProcesses: number }

export type Cgroup = {
  /** Files to which a process writes its own id to come under the limits. */
  readonly joinFiles: readonly string[]
  wasOutOfMemory(): boolean
  remove(): void
}

export type Cgroups =
  | { available: true; version: 1 | 2; create(name: string, limits: CgroupLimits): Cgroup }
  | { available: false; reason: string }

const root = '/sys/fs/cgroup'

/** Whether this process may make groups with limits of memory and processes below its own. */
export function openCgroups(): Cgroups {
  try {
    return existsSync(join(root, 'cgroup.controllers')) ? openUnified() : openSplit()
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Version 2: one tree. The own group must be allowed to hand its controllers down. */
function openUnified(): Cgroups {
  const parent = join(root, ownPath(''))
  const handedDown = () => readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8').split(/\s+/)
  if (!handedDown().includes('pids') || !handedDown().includes('memory')) {
    writeFileSync(join(parent, 'cgroup.subtree_control'), '+pids +memory')
  }
  probe(parent)
  return {
    available: true,
    version: 2,
    create(name, { memoryBytes, maxProcesses }) {
      const dir = join(parent, name)
      mkdirSync(dir)
      writeFileSync(join(dir, 'memory.max'), String(memoryBytes))
      writeOptional(join(dir, 'memory.swap.max'), '0')
      writeFileSync(join(dir, 'pids.max'), String(maxProcesses))
      return toCgroup([dir], join(dir, 'memory.events'))
    },
  }
}

/** Version 1: a tree for each controller. */
function openSplit(): Cgroups {
  const [memory, pids] = ['memory', 'pids'].map((controller) => join(root, controller, ownPath(controller)))
  if (memory === undefined || pids === undefined) return { available: false, reason: 'no control groups' }
  probe(memory)
  probe(pids)
  return {
    available: true,
    version: 1,
    create(name, { memoryBytes, maxProcesses }) {
      const dirs = [join(memory, name), join(pids, name)] as const
      for (const dir of dirs) mkdirSync(dir)
      writeFileSync(join(dirs[0], 'memory.limit_in_bytes'), String(memoryBytes))
      writeOptional(join(dirs[0], 'memory.memsw.limit_in_bytes'), String(memoryBytes))
      writeFileSync(join(dirs[1], 'pids.max'), String(maxProcesses))
      return toCgroup(dirs, join(dirs[0], 'memory.oom_control'))
    },
  }
}

/** Lines are `number:controllers:/path`; version 2 names no controllers. */
function ownPath(controller: string): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n')
  const line = lines.find((text) => (text.split(':')[1] ?? '').split(',').includes(controller))
  return line?.split(':')[2] ?? '/'
}

/** Also removes what killed nodes left; a group that holds a process stays. */
function probe(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = /^(?:worker|probe)-(\d+)(?:-|$)/.exec(name)?.[1]
    if (owner !== undefined && !isAlive(Number(owner))) removeEmpty(join(parent, name), 0)
  }
  const dir = join(parent, `probe-${process.pid}`)
  mkdirSync(dir)
  rmdirSync(dir)
}

/** Not every kernel counts swap. */
function writeOptional(path: string, value: string): void {
  if (existsSync(path)) writeFileSync(path, value)
}

function toCgroup(dirs: readonly string[], eventsFile: string): Cgroup {
  return {
    joinFiles: dirs.map((dir) => join(dir, 'cgroup.procs')),
    wasOutOfMemory() {
      try {
        return Number(/^oom_kill (\d+)$/m.exec(readFileSync(eventsFile, 'utf8'))?.[1] ?? 0) > 0
      } catch {
        return false
      }
    },
    remove() {
      for (const dir of dirs) removeEmpty(dir)
    },
  }
}

/** A group goes only after the last process in it, which may still be on its way out. */
function removeEmpty(dir: string, triesLeft = 50): void {
  try {
    rmdirSync(dir)
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isGone && triesLeft > 0) setTimeout(() => removeEmpty(dir, triesLeft - 1), 20).unref()
  }
}
