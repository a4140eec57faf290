import { getBlock } from 'viem/actions'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { iterateEvents } from './iterateEvents.ts'

export type GetFeeHistoryReturnType = {
  previousBps: number
  /** Unix seconds of the last change; 0 if there was none. */
  changedAt: number
}

/**
 * Finds the protocol's share before its last change, at which orders can be settled for 30 days after it.
 *
 * @example
 * const { previousBps, changedAt } = await getFeeHistory(reader)
 */
export async function getFeeHistory(client: Reader): Promise<GetFeeHistoryReturnType> {
  const attempted = 'Reading the history of the protocol fee'
  const changes: { feeBps: number; blockNumber: bigint }[] = []
  for await (const { args, blockNumber } of iterateEvents(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    eventNames: ['FeeChanged'],
    fromBlock: client.dim.deployedAtBlock,
    attempted,
  })) {
    changes.push({ feeBps: args.feeBps, blockNumber: BigInt(blockNumber) })
  }
  // The first one is the deployment's own.
  const [previous, last] = changes.slice(-2)
  if (previous === undefined || last === undefined) return { previousBps: 0, changedAt: 0 }
  const changedAt = await timeOf(client, last.blockNumber, attempted)
  return { previousBps: previous.feeBps, changedAt }
}

async function timeOf(client: Reader, blockNumber: bigint, attempted: string): Promise<number> {
  try {
    return Number((await getBlock(client, { blockNumber })).timestamp)
  } catch (error) {
    throw decodeRevert(error, attempted)
  }
}
