import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CabinetQuery } from '@dim/sdk'
import { writeSecretFile } from '../identity/writeSecretFile.ts'
import { type CabinetRecord, schema } from './cabinetRecord.ts'
import { CabinetMissingError, CabinetRecordInvalidError } from './errors.ts'

export type CabinetStore = ReturnType<typeof createCabinetStore>

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Records of cabinets as files of mode 0600: a running node sees a change with the next job. */
export function createCabinetStore(dir: string) {
  const pathOf = (name: string) => join(dir, `${name}.json`)

  async function find(name: string): Promise<CabinetRecord | undefined> {
    if (!CabinetQuery.nameSchema.safeParse(name).success) return undefined
    const path = pathOf(name)
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw new CabinetRecordInvalidError(path, error)
    }
  }

  async function get(name: string): Promise<CabinetRecord> {
    const record = await find(name)
    if (record === undefined) throw new CabinetMissingError(name)
    return record
  }

  return {
    find,
    get,
    async list(): Promise<CabinetRecord[]> {
      const names = await readdir(dir).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw error
      })
      const known = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
      return Promise.all(known.map((name) => get(name.slice(0, -'.json'.length))))
    },
    put: (record: CabinetRecord) =>
      writeSecretFile(pathOf(record.name), `${JSON.stringify(record)}\n`, { replace: true }),
    async remove(name: string): Promise<void> {
      await get(name)
      await rm(pathOf(name))
    },
  }
}
