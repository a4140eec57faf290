import { randomBytes } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, statfsSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

const sharedMemoryDir = '/dev/shm'
const tmpfsMagic = 0x01021994

/** A worker's limit on the size of files must not lie below. */
export const slotFileBytes = 16 * 1024 * 1024

/** Where a worker finds the file, when it was given one. */
export const slotDescriptor = 5

/** A file in memory that parent and worker share, so that tensors cross without a pipe; it has no name. */
export type SlotFile = { readonly fd: number; readonly bytes: number; close(): void }

/** Makes a slot file to be inherited by a worker; undefined where the system keeps no files in memory. */
export function openSlotFile(dir = sharedMemoryDir): SlotFile | undefined {
  try {
    if (statfsSync(dir).type !== tmpfsMagic) return undefined
    const path = join(dir, `dim-${randomBytes(12).toString('hex')}`)
    const fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    ftruncateSync(fd, slotFileBytes)
    return { fd, bytes: slotFileBytes, close: () => closeSync(fd) }
  } catch {
    return undefined
  }
}
