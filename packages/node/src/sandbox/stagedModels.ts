import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { join } from 'node:path'

const readableByAll = 0o444
const maxShown = 8

/**
 * Shows folders of models inside a folder that a sandbox mounts read-only. Files are linked, not copied, where both lie on
 * one file system, so that a worker which was started before the model was known reads the same pages as every other.
 */
export function createStagedModels(stageDir: string) {
  const shown = new Map<string, Stats>()

  const hide = (name: string) => {
    shown.delete(name)
    rmSync(join(stageDir, name), { recursive: true, force: true })
  }

  return (modelKey: string, dir: string): string => {
    const name = createHash('sha256').update(modelKey).digest('hex')
    const before = shown.get(name)
    const now = statSync(dir)
    if (before === undefined || !isSameFolder(before, now)) {
      hide(name)
      showFolder(dir, join(stageDir, name))
    }
    shown.delete(name)
    shown.set(name, now)
    const [oldest] = shown.keys()
    if (shown.size > maxShown && oldest !== undefined) hide(oldest)
    return name
  }
}

const isSameFolder = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.mtimeMs === b.mtimeMs

/** Plain files and folders only: a link could point to anything. */
function showFolder(from: string, to: string): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) showFolder(source, target)
    if (entry.isFile()) showFile(source, target)
  }
}

/** A worker may run under another user, who reads what all may read. */
function showFile(source: string, target: string): void {
  if ((statSync(source).mode & readableByAll) === readableByAll && isLinked(source, target)) return
  copyFileSync(source, target)
  chmodSync(target, readableByAll)
}

function isLinked(source: string, target: string): boolean {
  try {
    linkSync(source, target)
    return true
  } catch {
    return false
  }
}
