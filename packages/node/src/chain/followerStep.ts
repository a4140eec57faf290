import { getBlock } from 'viem/actions'
import type { RangeResult } from './blockRange.ts'
import { findAncestor } from './findAncestor.ts'
import type { Checkpoint } from './followerStore.ts'
import type { Following } from './following.ts'
import { isRangeError } from './isRangeError.ts'
import { readOldBlocks } from './readOldBlocks.ts'
import { readRecentBlocks } from './readRecentBlocks.ts'
import { RpcInconsistentError } from './rpcInconsistent.ts'

export type StepOutcome = 'advanced' | 'rewound' | 'idle' | 'lagging'

const RECENT_AT_ONCE = 16n
const KEEP_BLOCKS = 1024

const smallest = (first: bigint, ...others: readonly bigint[]) =>
  others.reduce((least, value) => (value < least ? value : least), first)

function observe({ status, options }: Following, head: bigint, checkpoint: bigint) {
  status.head = head
  status.checkpoint = checkpoint
  status.lagBlocks = head > checkpoint ? head - checkpoint : 0n
  status.caughtUp = checkpoint + BigInt(options.confirmations) >= head
}

async function rewind(following: Following, from: Checkpoint, head: bigint): Promise<StepOutcome> {
  const { options, store, status } = following
  const { db } = options.storage
  const recorded = await store.blocks(db, { upTo: from.blockNumber })
  const ancestor = await findAncestor(options.client, { recorded, fromBlock: options.fromBlock })
  if (ancestor.number === from.blockNumber) {
    throw new RpcInconsistentError(`block ${from.blockNumber} is both on the chain and not`)
  }
  const removed = await db.transaction().execute(async (tx) => {
    const events = await store.rewind(tx, ancestor)
    await options.onRewind({ ancestor: BigInt(ancestor.number), removed: events, tx })
    return events.length
  })
  status.rewinds += 1
  observe(following, head, BigInt(ancestor.number))
  const depth = from.blockNumber - ancestor.number
  options.logger.warn(
    { follower: options.name, ancestor: ancestor.number, depth, removed },
    'chain reorganised',
  )
  return 'rewound'
}

async function commit(
  following: Following,
  result: RangeResult & { forked: false },
  from: bigint,
  head: bigint,
) {
  const { options, store } = following
  const last = result.headers.at(-1)
  if (last === undefined) return 'lagging'
  const events = await options.storage.db.transaction().execute(async (tx) => {
    const fresh = await store.insertEvents(tx, result.events)
    if (fresh.length > 0) await options.onBatch({ events: fresh, fromBlock: from, toBlock: last.number, tx })
    await store.advance(tx, result.headers, KEEP_BLOCKS)
    return fresh
  })
  observe(following, head, last.number)
  options.onCommit?.({ events, toBlock: last.number, head })
  return 'advanced'
}

async function readOld(following: Following, from: bigint, end: bigint, parentHash: string | undefined) {
  const { client, sources, maxRange, logger, name } = following.options
  const to = smallest(from + following.range - 1n, end)
  try {
    const result = await readOldBlocks({ client, sources, from, to, parentHash })
    following.range = smallest(following.range * 2n, BigInt(maxRange))
    return result
  } catch (error) {
    if (to === from || !isRangeError(error)) throw error
    following.range = (to - from + 1n) / 2n
    logger.debug({ follower: name, range: following.range }, 'the query of logs was too large')
    return undefined
  }
}

async function advance(
  following: Following,
  checkpoint: Checkpoint | undefined,
  head: bigint,
): Promise<StepOutcome> {
  const { client, sources, fromBlock, confirmations, reorgDepth } = following.options
  const from = checkpoint === undefined ? fromBlock : BigInt(checkpoint.blockNumber) + 1n
  const target = head - BigInt(confirmations)
  if (from > target) return 'idle'
  const settled = smallest(head - BigInt(reorgDepth), target)
  const parentHash = checkpoint?.blockHash
  const to = smallest(from + RECENT_AT_ONCE - 1n, target)
  const result =
    from <= settled
      ? await readOld(following, from, settled, parentHash)
      : await readRecentBlocks({ client, sources, from, to, parentHash })
  if (result === undefined) return 'advanced'
  if (!result.forked) return commit(following, result, from, head)
  return checkpoint === undefined ? 'lagging' : rewind(following, checkpoint, head)
}

/** The head is not above what was followed: the same block, a node that lags, or a shorter fork. */
async function compare(
  following: Following,
  checkpoint: Checkpoint,
  head: { number: bigint; hash: string },
): Promise<StepOutcome> {
  const [known] = await following.store.blocks(following.options.storage.db, { upTo: Number(head.number) })
  const isKnown = known !== undefined && BigInt(known.blockNumber) === head.number
  if (isKnown && known.blockHash !== head.hash) return rewind(following, checkpoint, head.number)
  return head.number === BigInt(checkpoint.blockNumber) ? 'idle' : 'lagging'
}

/** Reads the head, then rewinds, takes the next blocks, or does nothing. */
export async function followerStep(following: Following): Promise<StepOutcome> {
  const { options, store } = following
  const head = await getBlock(options.client, { blockTag: 'latest' })
  const checkpoint = await store.checkpoint(options.storage.db)
  observe(following, head.number, BigInt(checkpoint?.blockNumber ?? Number(options.fromBlock) - 1))
  return checkpoint !== undefined && head.number <= BigInt(checkpoint.blockNumber)
    ? compare(following, checkpoint, head)
    : advance(following, checkpoint, head.number)
}
