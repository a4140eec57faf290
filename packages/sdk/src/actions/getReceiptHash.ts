import type { Hex } from 'viem'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { Receipt } from '../messages/receipt.ts'
import { readCall } from './readCall.ts'

export type GetReceiptHashParameters = {
  /** Any receipt. */
  receipt: Receipt
}
export type GetReceiptHashReturnType = Hex

/**
 * Asks the contract for the struct hash of a receipt; `Receipt.structHash` computes the same offline.
 *
 * @example
 * const receiptHash = await getReceiptHash(reader, { receipt })
 */
export async function getReceiptHash(
  client: Reader,
  { receipt }: GetReceiptHashParameters,
): Promise<GetReceiptHashReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'equivocationModule'),
    abi: equivocationModuleAbi,
    functionName: 'receiptHashOf',
    args: [receipt],
    attempted: `Reading the hash of a receipt`,
  })
}
