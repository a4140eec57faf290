import type { Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'

export type UnpauseChannelDepositsReturnType = Hash

/**
 * Lets deposits into channels go on; only the owner may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_OWNABLE_UNAUTHORIZED_ACCOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await unpauseChannelDeposits(writer)
 */
export async function unpauseChannelDeposits(client: Writer): Promise<UnpauseChannelDepositsReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'unpauseDeposits',
    args: [],
    attempted: `Letting deposits into channels go on`,
  })
}
