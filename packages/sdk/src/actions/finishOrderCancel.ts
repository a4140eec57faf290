import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type FinishOrderCancelParameters = {
  /** Index of 256 nonces: `nonce >> 8n`. */
  word: bigint
}
export type FinishOrderCancelReturnType = Hash

/**
 * Cancels the nonces that were announced for a word, after the delay; those that were used before stay used.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_CANCEL_NOT_STARTED`, `CONTRACT_CANCEL_NOT_RIPE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await finishOrderCancel(writer, { word })
 */
export async function finishOrderCancel(
  client: Writer,
  { word }: FinishOrderCancelParameters,
): Promise<FinishOrderCancelReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'finishCancel',
    args: [word],
    attempted: `Cancelling orders of word ${word}`,
  })
}
