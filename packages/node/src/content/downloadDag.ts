import type { CID } from 'multiformats/cid'
import { blockLinks } from './blockLinks.ts'
import { ContentTooLargeError } from './contentTooLarge.ts'
import type { BlockFetcher } from './httpFetch.ts'
import { assertSupported } from './verifyBlock.ts'

export type DagLimits = { maxBytes: bigint; maxBlocks: number }

export type DownloadDagOptions = {
  fetchBlock: BlockFetcher
  /** The block's bytes when they are local and sound; undefined asks the network. */
  getLocal(cid: CID): Promise<Uint8Array | undefined>
  putLocal(cid: CID, bytes: Uint8Array): Promise<void>
  limits: DagLimits
  concurrency?: number
  signal: AbortSignal
  onProgress?: ((bytes: number) => void) | undefined
}

/**
 * Brings a DAG to the local store, depth first, so that what waits is at most the links of one path; what is
 * held in memory is `concurrency` blocks. Answers what came over the network.
 */
export async function downloadDag(
  root: CID,
  options: DownloadDagOptions,
): Promise<{ blocks: number; bytes: bigint }> {
  const { limits, concurrency = 6, onProgress } = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const waiting: CID[] = [root]
  const seen = new Set<string>([root.toString()])
  const fetched = { blocks: 0, bytes: 0n }
  let total = 0n

  const take = async (cid: CID): Promise<void> => {
    assertSupported(cid)
    const local = await options.getLocal(cid)
    const bytes = local ?? (await options.fetchBlock(cid, signal))
    total += BigInt(bytes.length)
    if (total > limits.maxBytes) throw new ContentTooLargeError(root, { limit: `${limits.maxBytes} bytes` })
    if (local === undefined) {
      await options.putLocal(cid, bytes)
      fetched.blocks += 1
      fetched.bytes += BigInt(bytes.length)
    }
    onProgress?.(Number(total))
    for (const link of blockLinks(cid, bytes).toReversed()) {
      if (seen.has(link.toString())) continue
      seen.add(link.toString())
      waiting.push(link)
    }
    if (seen.size > limits.maxBlocks)
      throw new ContentTooLargeError(root, { limit: `${limits.maxBlocks} blocks` })
  }

  const active = new Set<Promise<void>>()
  try {
    while (waiting.length > 0 || active.size > 0) {
      signal.throwIfAborted()
      const next = active.size < concurrency ? waiting.pop() : undefined
      if (next === undefined) {
        await Promise.race(active)
        continue
      }
      const task = take(next).finally(() => active.delete(task))
      active.add(task)
      // The race above reports a failure; this keeps one that comes in the meantime from being unhandled.
      task.catch(() => {})
    }
  } finally {
    stop.abort()
    await Promise.allSettled(active)
  }
  return fetched
}
