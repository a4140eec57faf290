import type { Address, Hex } from 'viem'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetAnchorParameters = {
  /** Whose receipts. */
  provider: Address
  /** The provider's own count. */
  epoch: bigint
}
export type GetAnchorReturnType = Hex

/**
 * Reads what the chain keeps of an epoch: keccak256(abi.encode(root, count, total, anchoredAt)), or zero.
 *
 * @example
 * const anchored = (await getAnchor(reader, { provider, epoch })) !== zeroHash
 */
export async function getAnchor(
  client: Reader,
  { provider, epoch }: GetAnchorParameters,
): Promise<GetAnchorReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'receiptAnchor'),
    abi: receiptAnchorAbi,
    functionName: 'anchorOf',
    args: [provider, epoch],
    attempted: `Reading epoch ${epoch} of ${provider}`,
  })
}
