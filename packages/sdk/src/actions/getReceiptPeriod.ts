import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetReceiptPeriodReturnType = number

/**
 * Reads how long after it was served a receipt can slash, in seconds.
 *
 * @example
 * const seconds = await getReceiptPeriod(reader)
 */
export async function getReceiptPeriod(client: Reader): Promise<GetReceiptPeriodReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'equivocationModule'),
    abi: equivocationModuleAbi,
    functionName: 'receiptPeriod',
    args: [],
    attempted: `Reading the period of receipts`,
  })
}
