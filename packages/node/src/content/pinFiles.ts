import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { asDiskFull } from '../errors/diskFull.ts'
import type { Pin } from './contentStore.ts'

const SUFFIX = '.json'

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Pins as one small file each, so that they survive a restart without a database. */
export function pinFiles(directory: string) {
  const pathOf = (cid: CID) => join(directory, `${cid}${SUFFIX}`)

  return {
    async add(cid: CID, name: string | undefined): Promise<void> {
      const temporary = join(directory, `${randomUUID()}.tmp`)
      try {
        await mkdir(directory, { recursive: true })
        await writeSynced(temporary, JSON.stringify(name === undefined ? {} : { name }))
        await rename(temporary, pathOf(cid))
      } catch (error) {
        await rm(temporary, { force: true })
        throw asDiskFull(error, `the pin of ${cid}`)
      }
    },
    remove: (cid: CID): Promise<void> => rm(pathOf(cid), { force: true }),
    async has(cid: CID): Promise<boolean> {
      return readFile(pathOf(cid)).then(
        () => true,
        () => false,
      )
    },
    async *list(): AsyncGenerator<Pin> {
      const names = await readdir(directory).catch(() => [])
      for (const file of names.filter((name) => name.endsWith(SUFFIX)).sort()) {
        const cid = CID.parse(file.slice(0, -SUFFIX.length))
        const { name } = JSON.parse(await readFile(join(directory, file), 'utf8')) as { name?: string }
        yield name === undefined ? { cid } : { cid, name }
      }
    },
  }
}
