import type { Hex, SignTypedDataParameters } from 'viem'
import { signTypedData } from 'viem/actions'
import type { Writer } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import type { Signer } from './signer.ts'

/**
 * The account of a client as a signer of messages, whether its key is local or in a wallet.
 *
 * @throws `USER_REJECTED` from its method when the owner of a wallet refuses.
 * @example const signature = await Acceptance.sign(client.dim, acceptance, toSigner(client))
 */
export function toSigner(client: Writer): Signer {
  const sign = async (message: object): Promise<Hex> => {
    try {
      return await signTypedData(client, { ...message, account: client.account } as SignTypedDataParameters)
    } catch (error) {
      throw decodeRevert(error, 'Signing the message')
    }
  }
  return { address: client.account.address, signTypedData: sign as Signer['signTypedData'] }
}
