import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import type { CabinetFile, CabinetFormat } from './cabinetRecord.ts'
import { CabinetPathRefusedError, CabinetTooLargeError } from './errors.ts'
import { cabinetLimits } from './limits.ts'

const extensions: Readonly<Record<string, CabinetFormat>> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
  '.png': 'pictures',
  '.jpg': 'pictures',
  '.jpeg': 'pictures',
  '.webp': 'pictures',
}

export type ScannedFiles = {
  source: 'file' | 'folder'

  root: string
  format: CabinetFormat
  files: readonly CabinetFile[]
  digest: string
}

export type ScanOptions = {
  format?: CabinetFormat | undefined
  /** Folders of the node itself, of which nothing may become data. */
  forbidden: readonly string[]
}

/** Finds and hashes the files of a cabinet; every path is resolved, and a link that leads out of it is refused. */
export async function scanFiles(path: string, { format, forbidden }: ScanOptions): Promise<ScannedFiles> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw new CabinetPathRefusedError(path, 'it does not exist', cause)
  })
  await assertAllowed(real, forbidden)
  const isFolder = (await stat(real)).isDirectory()
  const root = isFolder ? real : dirname(real)
  const found = isFolder ? await listFolder(root, root) : [basename(real)]
  const chosen = chooseFormat(real, found, format)
  const isWanted = (file: string) => !isFolder || extensions[extname(file).toLowerCase()] === chosen
  const files = await hashAll(root, found.filter(isWanted))
  if (files.length === 0) throw new CabinetPathRefusedError(path, `it holds no file of the format ${chosen}`)
  return { root, source: isFolder ? 'folder' : 'file', format: chosen, files, digest: digestOf(files) }
}

const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(outer + sep)

async function assertAllowed(real: string, forbidden: readonly string[]): Promise<void> {
  for (const folder of forbidden) {
    const own = await realpath(folder).catch(() => folder)
    if (isWithin(real, own) || isWithin(own, real)) {
      throw new CabinetPathRefusedError(real, `it lies in, or holds, the node's own folder ${own}`)
    }
  }
}

async function listFolder(root: string, folder: string): Promise<string[]> {
  const found: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    const kind = await lstat(path)
    if (kind.isSymbolicLink()) await assertInside(root, path)
    if (kind.isDirectory()) found.push(...(await listFolder(root, path)))
    else if ((await stat(path)).isFile()) found.push(relative(root, path).split(sep).join('/'))
    if (found.length > cabinetLimits.files) throw new CabinetTooLargeError('files', cabinetLimits.files)
  }
  return found
}

async function assertInside(root: string, link: string): Promise<void> {
  const target = await realpath(link).catch((cause: unknown) => {
    throw new CabinetPathRefusedError(link, 'it is a link that leads nowhere', cause)
  })
  if (!isWithin(target, root))
    throw new CabinetPathRefusedError(link, 'it is a link that leads out of the folder')
}

function chooseFormat(
  path: string,
  files: readonly string[],
  asked: CabinetFormat | undefined,
): CabinetFormat {
  if (asked !== undefined) return asked
  const known = new Set(files.flatMap((file) => extensions[extname(file).toLowerCase()] ?? []))
  const [only] = known
  if (known.size === 1 && only !== undefined) return only
  const why =
    known.size === 0
      ? 'no file ends in .csv, .jsonl, .parquet, .png, .jpg or .webp'
      : `it holds files of ${[...known].join(' and ')}; name one with --format`
  throw new CabinetPathRefusedError(path, why)
}

async function hashAll(root: string, paths: readonly string[]): Promise<CabinetFile[]> {
  const files: CabinetFile[] = []
  let total = 0
  for (const path of paths) {
    total += (await stat(join(root, path))).size
    if (total > cabinetLimits.bytes) throw new CabinetTooLargeError('bytes', cabinetLimits.bytes)
    const bytes = await readFile(join(root, path))
    files.push({ path, bytes: bytes.length, sha256: sha256(bytes) })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

const digestOf = (files: readonly CabinetFile[]) =>
  sha256(JSON.stringify(files.map(({ path, bytes, sha256: hash }) => [path, bytes, hash])))
