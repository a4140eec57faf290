import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type StartOrderCancelParameters = {
  /** Index of 256 nonces: `nonce >> 8n`. */
  word: bigint
  /** Which of them, one bit each; 0 stops a cancellation. */
  mask: bigint
}
export type StartOrderCancelReturnType = Hash

/**
 * Announces that nonces of the caller shall not be used. It takes the place of what was announced for the word before and restarts
 * the clock; orders can be settled until `finishOrderCancel`.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @example
 * const hash = await startOrderCancel(writer, { word: order.nonce >> 8n, mask: 1n << (order.nonce & 255n) })
 */
export async function startOrderCancel(
  client: Writer,
  { word, mask }: StartOrderCancelParameters,
): Promise<StartOrderCancelReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'startCancel',
    args: [word, mask],
    attempted: `Starting to cancel orders of word ${word}`,
  })
}
