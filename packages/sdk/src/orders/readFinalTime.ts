import { getBlock } from 'viem/actions'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

/** Time of the last block that will not be undone, in unix seconds. Read before the state that it is compared with. */
export async function readFinalTime(client: Reader): Promise<number> {
  try {
    return Number((await getBlock(client, { blockTag: 'finalized' })).timestamp)
  } catch (error) {
    throw decodeRevert(error, 'Reading the time of the last final block')
  }
}
