import type { Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'

export type PauseChannelDepositsReturnType = Hash

/**
 * Stops deposits into channels and nothing else; the guardian or the owner may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_GUARDIAN`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await pauseChannelDeposits(writer)
 */
export async function pauseChannelDeposits(client: Writer): Promise<PauseChannelDepositsReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'pauseDeposits',
    args: [],
    attempted: `Stopping deposits into channels`,
  })
}
