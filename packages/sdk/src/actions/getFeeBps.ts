import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetFeeBpsReturnType = number

/**
 * Reads the protocol's share of what new jobs charge.
 *
 * @returns Basis points.
 * @example
 * const feeBps = await getFeeBps(reader)
 */
export async function getFeeBps(client: Reader): Promise<GetFeeBpsReturnType> {
  return readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'feeBps',
    args: [],
    attempted: 'Reading the protocol fee',
  })
}
