import { type Hash, isAddressEqual } from 'viem'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import type { Writer } from '../client.ts'
import { serviceKeyAccess } from '../crypto/serviceKeyAccess.ts'
import { deployedAddress } from '../deployedAddress.ts'
import type { ReceiptBatch } from '../messages/receiptBatch.ts'
import { sendCall } from './sendCall.ts'

export type AnchorReceiptsParameters = {
  /** The batch: `ReceiptBatch.of`. */
  batch: ReceiptBatch
}
export type AnchorReceiptsReturnType = Hash

/**
 * Anchors all receipts of an epoch by one root; its provider or one of its service keys of now may, once per epoch.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_NOT_PROVIDER_OR_KEY`, `CONTRACT_EPOCH_ANCHORED`, `CONTRACT_EMPTY_BATCH`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await anchorReceipts(writer, { batch: ReceiptBatch.of(receipts, { provider, epoch }) })
 */
export async function anchorReceipts(
  client: Writer,
  { batch }: AnchorReceiptsParameters,
): Promise<AnchorReceiptsReturnType> {
  const { provider } = batch
  const sender = client.account.address
  const access = isAddressEqual(sender, provider)
    ? {}
    : { accessList: serviceKeyAccess(client.dim, { provider, key: sender }) }
  return sendCall(client, {
    address: deployedAddress(client.dim, 'receiptAnchor'),
    abi: receiptAnchorAbi,
    functionName: 'anchor',
    args: [batch],
    ...access,
    attempted: `Anchoring epoch ${batch.epoch} of ${batch.provider}`,
  })
}
