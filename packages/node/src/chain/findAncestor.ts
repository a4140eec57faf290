import type { Client } from 'viem'
import type { Ancestor, Checkpoint } from './followerStore.ts'
import { readHeader } from './readHeader.ts'
import { ReorgTooDeepError } from './reorgTooDeep.ts'

/**
 * The newest recorded block that is still on the chain. When none is, but all blocks since the start are recorded,
 * it is the block before the start, which has no hash.
 */
export async function findAncestor(
  client: Client,
  { recorded, fromBlock }: { recorded: readonly Checkpoint[]; fromBlock: bigint },
): Promise<Ancestor> {
  for (const { blockNumber, blockHash } of recorded) {
    const header = await readHeader(client, BigInt(blockNumber))
    if (header?.hash === blockHash) return { number: blockNumber, hash: blockHash }
  }
  const oldest = recorded.at(-1)?.blockNumber ?? 0
  if (BigInt(oldest) <= fromBlock) return { number: Number(fromBlock) - 1, hash: undefined }
  throw new ReorgTooDeepError({ checkpoint: recorded[0]?.blockNumber ?? 0, oldest })
}
