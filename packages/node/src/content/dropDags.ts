import type { CID } from 'multiformats/cid'
import type { Pin } from './contentStore.ts'
import type { LocalBlocks } from './localBlocks.ts'
import type { LocalDag } from './localDag.ts'

export type DropDagsOptions = {
  blocks: LocalBlocks
  dag: LocalDag
  pins: AsyncIterable<Pin>
  keep: readonly CID[]
}

/** Looking for every leaf of everything that stays would take most of the time. */
const assumed = async () => true

/** Deletes the blocks that nothing else needs; nodes go last, so that a second try still finds its way. */
export async function dropDags(
  roots: readonly CID[],
  { blocks, dag, pins, keep }: DropDagsOptions,
): Promise<void> {
  const needed = new Set<string>()
  const mark = async (kept: CID) => {
    for await (const { cid } of dag.walk(kept, assumed)) needed.add(cid.toString())
  }
  for (const kept of keep) await mark(kept)
  for await (const { cid } of pins) await mark(cid)
  for (const root of roots) {
    const found: CID[] = []
    for await (const { cid, local } of dag.walk(root))
      if (local && !needed.has(cid.toString())) found.push(cid)
    for (const cid of found.toReversed()) await blocks.delete(cid)
  }
}
