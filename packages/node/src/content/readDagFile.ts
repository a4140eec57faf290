import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { NotAFileError } from './notAFile.ts'

type Range = { offset: bigint; end: bigint | undefined }
type GetBlock = (cid: CID) => Promise<Uint8Array>
type Walk = { start: bigint; depth: number; range: Range; getBlock: GetBlock }

/** Three levels of 1024 links and 1 MiB leaves hold a petabyte; what is deeper wants to exhaust the stack. */
const MAX_DEPTH = 16

const AHEAD = 4

function decodeFile(cid: CID, bytes: Uint8Array) {
  try {
    const node = dagPb.decode(bytes)
    const file = UnixFS.unmarshal(node.Data ?? new Uint8Array())
    return { file, links: node.Links }
  } catch (cause) {
    throw new NotAFileError(cid, { reason: 'it is not a UnixFS node', cause })
  }
}

function clip(bytes: Uint8Array, start: bigint, { offset, end }: Range): Uint8Array {
  const from = offset > start ? Number(offset - start) : 0
  const to = end === undefined ? bytes.length : Number(end - start)
  return bytes.subarray(Math.min(from, bytes.length), Math.max(0, Math.min(to, bytes.length)))
}

const overlaps = (start: bigint, size: bigint, { offset, end }: Range) =>
  start + size > offset && (end === undefined || start < end)

/** Reads blocks in order, a few of them before they are asked for. */
async function* readAhead<T extends { cid: CID }>(
  wanted: readonly T[],
  getBlock: GetBlock,
): AsyncGenerator<T & { bytes: Uint8Array }> {
  const pending: Promise<Uint8Array>[] = []
  let next = 0
  for (const item of wanted) {
    for (; next < wanted.length && pending.length < AHEAD; next++) {
      const reading = getBlock((wanted[next] as T).cid)
      // Thrown where its turn comes; a reader that stops early never sees it.
      reading.catch(() => {})
      pending.push(reading)
    }
    yield { ...item, bytes: (await pending.shift()) as Uint8Array }
  }
}

async function* walk(cid: CID, bytes: Uint8Array, at: Walk): AsyncGenerator<Uint8Array> {
  const { start, depth, range, getBlock } = at
  if (depth > MAX_DEPTH) throw new NotAFileError(cid, { reason: `it has more than ${MAX_DEPTH} levels` })
  if (cid.code !== dagPb.code) {
    yield clip(bytes, start, range)
    return
  }
  const { file, links } = decodeFile(cid, bytes)
  if (file.isDirectory() || file.type === 'symlink' || file.blockSizes.length !== links.length) {
    throw new NotAFileError(cid, { reason: `it is a ${file.type} with ${links.length} links` })
  }
  const own = file.data ?? new Uint8Array()
  yield clip(own, start, range)
  const wanted: { cid: CID; start: bigint }[] = []
  let position = start + BigInt(own.length)
  for (const [index, link] of links.entries()) {
    const size = file.blockSizes[index] ?? 0n
    if (overlaps(position, size, range)) wanted.push({ cid: link.Hash, start: position })
    position += size
  }
  for await (const child of readAhead(wanted, getBlock))
    yield* walk(child.cid, child.bytes, { ...at, start: child.start, depth: depth + 1 })
}

/** Size of a file by its root block alone. */
export function fileSize(cid: CID, bytes: Uint8Array): bigint {
  if (cid.code !== dagPb.code) return BigInt(bytes.length)
  return decodeFile(cid, bytes).file.fileSize()
}

/** Yields a file's bytes in order, a few blocks in memory at a time. */
export async function* readDagFile(
  root: CID,
  options: { offset?: bigint | undefined; length?: bigint | undefined; signal?: AbortSignal | undefined },
  getBlock: GetBlock,
): AsyncGenerator<Uint8Array> {
  const offset = options.offset ?? 0n
  const range = { offset, end: options.length === undefined ? undefined : offset + options.length }
  const top = await getBlock(root)
  for await (const bytes of walk(root, top, { start: 0n, depth: 0, range, getBlock })) {
    options.signal?.throwIfAborted()
    if (bytes.length > 0) yield bytes
  }
}
