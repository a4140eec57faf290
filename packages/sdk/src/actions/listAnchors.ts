import type { Address, Hash, Hex } from 'viem'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ReceiptBatch } from '../messages/receiptBatch.ts'
import { iterateEvents } from './iterateEvents.ts'

export type ListAnchorsParameters = {
  /** Only this provider's. */
  provider?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
}
/** A batch on chain, and when it came there in unix seconds. */
export type ListedAnchor = { batch: ReceiptBatch; anchoredAt: number; transactionHash: Hash }
export type ListAnchorsReturnType = ListedAnchor[]

/**
 * Lists the batches of receipts that were anchored, oldest first.
 *
 * @returns What `isBatchAnchored` and `isReceiptIncluded` take.
 * @example
 * const [{ batch, anchoredAt }] = await listAnchors(reader, { provider })
 */
export async function listAnchors(
  client: Reader,
  { provider, fromBlock = client.dim.deployedAtBlock }: ListAnchorsParameters = {},
): Promise<ListAnchorsReturnType> {
  const anchors: ListedAnchor[] = []
  const events = iterateEvents(client, {
    address: deployedAddress(client.dim, 'receiptAnchor'),
    abi: receiptAnchorAbi,
    eventNames: ['Anchored'],
    firstTopic: provider === undefined ? undefined : toTopic(provider),
    fromBlock,
    attempted: 'Listing anchored receipts',
  })
  for await (const { args, transactionHash } of events) {
    const { anchoredAt, ...batch } = args
    anchors.push({ batch: batch as ReceiptBatch, anchoredAt, transactionHash })
  }
  return anchors
}

const toTopic = (address: Address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
