import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ReceiptBatch } from '../messages/receiptBatch.ts'
import { readCall } from './readCall.ts'

export type IsBatchAnchoredParameters = {
  /** The batch: `ReceiptBatch.of`. */
  batch: ReceiptBatch
  /** Unix seconds, from `listAnchors`. */
  anchoredAt: number
}
export type IsBatchAnchoredReturnType = boolean

/**
 * Answers whether this very batch was anchored at this time.
 *
 * @example
 * const anchored = await isBatchAnchored(reader, { batch, anchoredAt })
 */
export async function isBatchAnchored(
  client: Reader,
  { batch, anchoredAt }: IsBatchAnchoredParameters,
): Promise<IsBatchAnchoredReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'receiptAnchor'),
    abi: receiptAnchorAbi,
    functionName: 'isAnchored',
    args: [batch, anchoredAt],
    attempted: `Reading epoch ${batch.epoch} of ${batch.provider}`,
  })
}
