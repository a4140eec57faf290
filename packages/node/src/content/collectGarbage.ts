import { rm, stat } from 'node:fs/promises'
import type { Pin } from './contentStore.ts'
import type { DurableBlockstore } from './durableBlockstore.ts'
import type { LocalDag } from './localDag.ts'

export type CollectGarbageOptions = {
  blocks: DurableBlockstore
  dag: LocalDag
  pins: AsyncIterable<Pin>
  /** Files changed after this time stay. */
  olderThanMs: number
}

/** Marks what the pins reach, then deletes every older file that was not marked. */
export async function collectGarbage({
  blocks,
  dag,
  pins,
  olderThanMs,
}: CollectGarbageOptions): Promise<void> {
  const kept = new Set<string>()
  for await (const { cid } of pins) {
    for await (const block of dag.walk(cid)) kept.add(blocks.pathOf(block.cid))
  }
  for await (const path of blocks.files()) {
    if (kept.has(path)) continue
    const file = await stat(path).catch(() => undefined)
    if (file !== undefined && file.mtimeMs <= olderThanMs) await rm(path, { force: true })
  }
}
