import { dirname } from 'node:path'
import sharp from 'sharp'
import { CabinetFileInvalidError } from './errors.ts'
import type { NamedBytes } from './rawRows.ts'
import type { Cell, Table } from './table.ts'

const columns = [
  { name: 'picture', type: 'picture' },
  { name: 'folder', type: 'text' },
  { name: 'width', type: 'number' },
  { name: 'height', type: 'number' },
] as const

/** One row per picture: its path, the folder it lies in, and its size in pixels. */
export async function pictureTable(files: AsyncIterable<NamedBytes> | Iterable<NamedBytes>): Promise<Table> {
  const rows: Cell[][] = []
  for await (const { path, bytes } of files) {
    const { width, height } = await sizeOf(path, bytes)
    rows.push([path, dirname(path), width, height])
  }
  return { columns, rows }
}

async function sizeOf(path: string, bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    return (await sharp(bytes).metadata()).autoOrient
  } catch (cause) {
    throw new CabinetFileInvalidError(path, 'it is not a picture', cause)
  }
}
