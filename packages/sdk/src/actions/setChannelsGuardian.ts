import type { Address, Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { sendCall } from './sendCall.ts'

export type SetChannelsGuardianParameters = {
  /** May stop deposits from now on. */
  guardian: Address
}
export type SetChannelsGuardianReturnType = Hash

/**
 * Names the account that may stop deposits into channels; only the owner may.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_OWNABLE_UNAUTHORIZED_ACCOUNT`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await setChannelsGuardian(writer, { guardian })
 */
export async function setChannelsGuardian(
  client: Writer,
  { guardian }: SetChannelsGuardianParameters,
): Promise<SetChannelsGuardianReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'setGuardian',
    args: [guardian],
    attempted: `Naming ${guardian} the guardian of the channels`,
  })
}
