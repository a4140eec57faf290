import { randomUUID } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FsBlockstore } from 'blockstore-fs'
import { NextToLast } from 'blockstore-fs/sharding'
import type { CID } from 'multiformats/cid'
import { asDiskFull } from '../errors/diskFull.ts'
import { BlockNotFoundError } from './blockNotFound.ts'

async function syncDirectory(path: string) {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The layout of blockstore-fs, with one read per block and writes that can be made to survive a power cut. */
export class DurableBlockstore extends FsBlockstore {
  readonly #sharding = new NextToLast()

  pathOf(cid: CID): string {
    const { dir, file } = this.#sharding.encode(cid)
    return join(this.path, dir, file)
  }

  async readBlock(cid: CID): Promise<Uint8Array> {
    try {
      const file = await readFile(this.pathOf(cid))
      return new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new BlockNotFoundError(cid, { cause: error })
    }
  }

  /** A reader never sees a part of a block; a `durable` one is on the disk, under its name, when this returns. */
  async writeBlock(cid: CID, bytes: Uint8Array, { durable }: { durable: boolean }): Promise<void> {
    const path = this.pathOf(cid)
    const directory = dirname(path)
    const temporary = `${path}.${randomUUID()}.tmp`
    let created: string | undefined
    try {
      created = await mkdir(directory, { recursive: true })
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(bytes)
        if (durable) await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw asDiskFull(error, `block ${cid}`)
    }
    if (!durable) return
    await syncDirectory(directory)
    if (created !== undefined) await syncDirectory(dirname(created))
  }

  /** Paths of all files, those of interrupted writes included. */
  async *files(): AsyncGenerator<string> {
    for await (const entry of await opendir(this.path, { recursive: true })) {
      if (entry.isFile()) yield join(entry.parentPath, entry.name)
    }
  }

  /** What the exchange with peers brings; it was verified there. */
  override async put(cid: CID, bytes: Uint8Array): Promise<CID> {
    await this.writeBlock(cid, bytes, { durable: false })
    return cid
  }

  override async *get(cid: CID): AsyncGenerator<Uint8Array> {
    yield await this.readBlock(cid)
  }
}
