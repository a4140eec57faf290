import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CabinetFile, CabinetRecord } from './cabinetRecord.ts'
import { CabinetRefusedError } from './errors.ts'

/** Reads one file of a cabinet and answers only the bytes that were registered; others are `CABINET_CHANGED`. */
export async function readCabinetFile({ name, root }: CabinetRecord, file: CabinetFile): Promise<Uint8Array> {
  const changed = (cause?: unknown) =>
    new CabinetRefusedError('CABINET_CHANGED', `the data of "${name}" are not what was registered`, cause)
  try {
    if ((await realpath(root)) !== root) throw changed()
    const path = join(root, file.path)
    if ((await stat(path)).size !== file.bytes) throw changed()
    const bytes = await readFile(path)
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) throw changed()
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw changed(error)
  }
}
