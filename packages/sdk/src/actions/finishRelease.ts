import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type FinishReleaseReturnType = Hash

/**
 * Makes available again what was announced, as far as orders left it, after the delay.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_RELEASE_NOT_STARTED`, `CONTRACT_RELEASE_NOT_RIPE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await finishRelease(writer)
 */
export async function finishRelease(client: Writer): Promise<FinishReleaseReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'finishRelease',
    args: [],
    attempted: 'Making released balance available',
  })
}
