import type { Client, Hash, Hex } from 'viem'
import { BlockNotFoundError } from 'viem'
import { getBlock } from 'viem/actions'

export type Header = {
  number: bigint
  hash: Hash
  parentHash: Hash
  timestamp: bigint
  logsBloom: Hex | null
}

/** A header by number, or undefined where the node behind the RPC does not have it yet. */
export async function readHeader(client: Client, number: bigint): Promise<Header | undefined> {
  try {
    const block = await getBlock(client, { blockNumber: number })
    return { ...block, number }
  } catch (error) {
    if (error instanceof BlockNotFoundError) return undefined
    throw error
  }
}
