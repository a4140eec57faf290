import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { CabinetFileInvalidError, CabinetTooLargeError } from './errors.ts'
import { cabinetLimits } from './limits.ts'
import type { NamedBytes, RawRows } from './rawRows.ts'

/** Reads a Parquet file: plain columns and lists of numbers, with any of the usual compressions. */
export async function readParquet({ path, bytes }: NamedBytes): Promise<RawRows> {
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const file = { byteLength: copy.byteLength, slice: (start: number, end?: number) => copy.slice(start, end) }
  try {
    const metadata = await parquetMetadataAsync(file)
    if (metadata.num_rows > BigInt(cabinetLimits.rows))
      throw new CabinetTooLargeError('rows', cabinetLimits.rows)
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
    let rows: unknown[][] = []
    await parquetRead({
      ...{ file, metadata, compressors, columns },
      onComplete: (all) => {
        rows = all
      },
    })
    return { columns, rows }
  } catch (cause) {
    if (cause instanceof CabinetTooLargeError) throw cause
    throw new CabinetFileInvalidError(path, 'it is not a Parquet file that can be read', cause)
  }
}
