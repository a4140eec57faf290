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
import { isSameFile } from '../runtime/isSameFile.ts'

const readableByAll = 0o444

/**
 * Shows folders of models inside a folder that a sandbox mounts read-only. Files are linked, not copied, where both lie on
 * one file system, so that a worker which was started before the model was known reads the same pages as every other. What
 * was shown stays for as long as the worker: it may come back to a model without asking again.
 */
export function createStagedModels(stageDir: string) {
  const shown = new Map<string, { name: string; folder: Stats }>()

  return (modelKey: string, dir: string): string => {
    const before = shown.get(modelKey)
    const folder = statSync(dir)
    if (before !== undefined && isSameFile(before.folder, folder)) return before.name
    const name = before?.name ?? createHash('sha256').update(modelKey).digest('hex')
    rmSync(join(stageDir, name), { recursive: true, force: true })
    showFolder(dir, join(stageDir, name))
    shown.set(modelKey, { name, folder })
    return name
  }
}

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
