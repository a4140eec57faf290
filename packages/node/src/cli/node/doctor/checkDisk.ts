import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../../config.ts'
import type { Finding } from './finding.ts'

const gigabyte = 1_000_000_000
const trialBytes = 1_048_576

/** Each folder of the node, seen by writing into it, and the space that is left where models and content lie. */
export async function checkDisk(config: Config): Promise<readonly Finding[]> {
  const folders = {
    state: config.node.dataDir,
    models: config.models.cacheDir,
    content: config.content.dir,
    keys: config.keystore.path,
  }
  const writable = await Promise.all(
    Object.entries(folders).map(([name, folder]) => checkFolder(name, folder)),
  )
  return [...writable, await checkSpace(config)]
}

async function checkFolder(name: string, folder: string): Promise<Finding> {
  const base = { group: 'disk', name } as const
  const at = await existing(folder)
  try {
    await writeTrial(at)
    return { ...base, status: 'ok', text: `${folder} can be written` }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return {
      ...base,
      status: 'fail',
      text: `nothing can be written at ${at}: ${code}`,
      fix: fixFor(code, at),
    }
  }
}

function fixFor(code: string, at: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `Free some space at ${at}, or move the folder by its setting.`
    case 'EACCES':
    case 'EPERM':
      return `Give the user that runs the node the right to write at ${at}.`
    case 'EROFS':
      return `${at} is mounted read-only: mount it for writing, or move the folder by its setting.`
    case 'ENOTDIR':
      return `${at} is no folder: remove it, or name another one.`
    default:
      return `Name another folder, or mend ${at}.`
  }
}

/** A folder that takes a name takes no bytes for sure: a full disk often has room for the name. */
async function writeTrial(folder: string): Promise<void> {
  const dir = await mkdtemp(join(folder, '.doctor-'))
  try {
    const file = await open(join(dir, 'trial'), 'wx')
    try {
      await file.writeFile(new Uint8Array(trialBytes))
      await file.sync()
    } finally {
      await file.close()
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function checkSpace({ content, models }: Config): Promise<Finding> {
  const folder = await existing(content.dir)
  const { bavail, bsize } = await statfs(folder)
  const free = (bavail * bsize) / gigabyte
  const base = { group: 'disk', name: 'free space', text: `${free.toFixed(1)} GB free at ${folder}` } as const
  if (free < 1)
    return { ...base, status: 'fail', fix: 'Free some space or move content.dir and models.cacheDir.' }
  if (free < models.maxCacheGb) {
    const fix = `models.maxCacheGb is ${models.maxCacheGb}: lower it below the free space.`
    return { ...base, status: 'warn', fix }
  }
  return { ...base, status: 'ok' }
}

/** The folder itself, or the nearest above it that is there. */
async function existing(folder: string): Promise<string> {
  const isThere = await statfs(folder).then(
    () => true,
    () => false,
  )
  return isThere || dirname(folder) === folder ? folder : existing(dirname(folder))
}
