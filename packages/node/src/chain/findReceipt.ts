import { type Client, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem'
import { getTransactionReceipt } from 'viem/actions'
import type { Intent } from './intentStore.ts'

/** The receipt of whichever version was mined. */
export async function findReceipt(
  client: Client,
  { versions }: Intent,
): Promise<TransactionReceipt | undefined> {
  for (const { hash } of versions.toReversed()) {
    try {
      return await getTransactionReceipt(client, { hash })
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError)) throw error
    }
  }
  return undefined
}
