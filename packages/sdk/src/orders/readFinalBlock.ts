import { getBlock } from 'viem/actions'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

/** The last block that will not be undone; its time in unix seconds. */
export async function readFinalBlock(client: Reader): Promise<{ number: bigint; time: number }> {
  try {
    const { number, timestamp } = await getBlock(client, { blockTag: 'finalized' })
    return { number, time: Number(timestamp) }
  } catch (error) {
    throw decodeRevert(error, 'Reading the last final block')
  }
}
