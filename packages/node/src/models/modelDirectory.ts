import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ModelManifest } from '@dim/sdk'
import { asDiskFull } from '../errors/diskFull.ts'
import { ModelFileMismatchError } from './errors.ts'

export type StoredModel = {
  modelKey: string
  manifest: ModelManifest.ModelManifest
  bytes: number
  usedAtMs: number
}

export type FileReader = (file: ModelManifest.File) => AsyncIterable<Uint8Array>

export type ModelDirectory = {
  pathOf(modelKey: string): string
  /** Models that are there in full; leftovers of a crash are deleted. */
  list(): Promise<StoredModel[]>
  /** Writes, checks and then renames, so that a model is there in full or not at all. */
  install(modelKey: string, manifest: ModelManifest.ModelManifest, read: FileReader): Promise<void>
  /** Whether every file still has the hash that the manifest names. */
  isIntact(modelKey: string, manifest: ModelManifest.ModelManifest): Promise<boolean>
  /** Remembers when a model was last used, for the order of eviction after a restart. */
  touch(modelKey: string, usedAtMs: number): Promise<void>
  remove(modelKey: string): Promise<void>
}

/** Files that a worker may see: everything but golden vectors, which live in the content store alone. */
const runnable = (manifest: ModelManifest.ModelManifest) =>
  manifest.files.filter((file) => file.role !== 'golden')

export const sizeOf = (manifest: ModelManifest.ModelManifest): number =>
  runnable(manifest).reduce((sum, file) => sum + file.bytes, 0)

/** One directory per model key with that model's files alone, and the manifests in a directory beside them. */
export function createModelDirectory(root: string): ModelDirectory {
  const models = join(root, 'models')
  const manifests = join(root, 'manifests')
  const unfinished = join(root, 'unfinished')
  const pathOf = (modelKey: string) => join(models, modelKey.slice(2))
  const manifestPath = (modelKey: string) => join(manifests, `${modelKey.slice(2)}.json`)

  const remove = async (modelKey: string) => {
    await rm(pathOf(modelKey), { recursive: true, force: true })
    await rm(manifestPath(modelKey), { force: true })
  }

  const readStored = async (name: string): Promise<StoredModel | undefined> => {
    const modelKey = `0x${name}` as const
    try {
      const manifest = ModelManifest.decode(await readFile(manifestPath(modelKey)), modelKey)
      const { mtimeMs } = await stat(manifestPath(modelKey))
      return { modelKey, manifest, bytes: sizeOf(manifest), usedAtMs: mtimeMs }
    } catch {
      // A model without a readable manifest cannot be served: it is what a crash or a hand left behind.
      await remove(modelKey)
      return undefined
    }
  }

  return {
    pathOf,
    remove,
    touch: (modelKey, usedAtMs) => utimes(manifestPath(modelKey), usedAtMs / 1000, usedAtMs / 1000),
    async list() {
      await rm(unfinished, { recursive: true, force: true })
      for (const dir of [models, manifests, unfinished]) await mkdir(dir, { recursive: true })
      const stored = await Promise.all((await readdir(models)).map(readStored))
      return stored.filter((model) => model !== undefined)
    },
    async install(modelKey, manifest, read) {
      const temporary = join(unfinished, randomUUID())
      const temporaryManifest = `${temporary}.json`
      try {
        for (const file of runnable(manifest))
          await writeVerified(join(temporary, file.path), file, read(file))
        await writeFile(temporaryManifest, ModelManifest.canonical(manifest))
        await rename(temporaryManifest, manifestPath(modelKey))
        await rm(pathOf(modelKey), { recursive: true, force: true })
        await rename(temporary, pathOf(modelKey))
      } catch (error) {
        throw asDiskFull(error, `model ${modelKey}`)
      } finally {
        await rm(temporary, { recursive: true, force: true })
        await rm(temporaryManifest, { force: true })
      }
    },
    async isIntact(modelKey, manifest) {
      try {
        for (const file of runnable(manifest)) {
          const { bytes, sha256 } = await hashFile(join(pathOf(modelKey), file.path))
          if (bytes !== file.bytes || sha256 !== file.sha256) return false
        }
        return true
      } catch {
        return false
      }
    },
  }
}

async function writeVerified(
  path: string,
  file: ModelManifest.File,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const hash = createHash('sha256')
  let bytes = 0
  const checked = async function* () {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > file.bytes)
        throw new ModelFileMismatchError(file.path, `it is longer than ${file.bytes} bytes`)
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(Readable.from(checked()), createWriteStream(path, { flags: 'wx', mode: 0o444, flush: true }))
  const sha256 = `0x${hash.digest('hex')}`
  if (bytes !== file.bytes)
    throw new ModelFileMismatchError(file.path, `${bytes} bytes instead of ${file.bytes}`)
  if (sha256 !== file.sha256)
    throw new ModelFileMismatchError(file.path, `SHA-256 ${sha256} instead of ${file.sha256}`)
}

async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, sha256: `0x${hash.digest('hex')}` }
}
