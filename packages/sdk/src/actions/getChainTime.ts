import { getBlock } from 'viem/actions'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

export type GetChainTimeReturnType = number

/**
 * Reads the time of the latest block, from which every deadline derives; a clock on the wall may differ.
 *
 * @returns Unix seconds.
 * @example
 * const submitBy = (await getChainTime(reader)) + quote.secondsToSubmit
 */
export async function getChainTime(client: Reader): Promise<GetChainTimeReturnType> {
  try {
    const { timestamp } = await getBlock(client, { blockTag: 'latest' })
    return Number(timestamp)
  } catch (error) {
    throw decodeRevert(error, 'Reading the time of the chain')
  }
}
