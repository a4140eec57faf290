import type { Hex } from 'viem'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ReceiptBatch } from '../messages/receiptBatch.ts'
import { readCall } from './readCall.ts'

export type IsReceiptIncludedParameters = {
  /** The batch: `ReceiptBatch.of`. */
  batch: ReceiptBatch
  /** Unix seconds, from `listAnchors`. */
  anchoredAt: number
  /** Place of the receipt, from 0. */
  index: number
  /** `Receipt.structHash` of the receipt. */
  receiptHash: Hex
  /** Siblings from the leaf up: `ReceiptTree.proof`. */
  proof: readonly Hex[]
}
export type IsReceiptIncludedReturnType = boolean

/**
 * Answers whether an anchored batch holds a receipt at a place.
 *
 * @example
 * const included = await isReceiptIncluded(reader, { batch, anchoredAt, index, receiptHash: Receipt.structHash(receipt), proof })
 */
export async function isReceiptIncluded(
  client: Reader,
  { batch, anchoredAt, index, receiptHash, proof }: IsReceiptIncludedParameters,
): Promise<IsReceiptIncludedReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'receiptAnchor'),
    abi: receiptAnchorAbi,
    functionName: 'includes',
    args: [batch, anchoredAt, BigInt(index), receiptHash, proof],
    attempted: `Reading whether epoch ${batch.epoch} of ${batch.provider} holds a receipt`,
  })
}
