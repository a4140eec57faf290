import type { Hash, TransactionReceipt } from 'viem'
import { waitForTransactionReceipt } from 'viem/actions'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { TransactionRevertedError } from '../errors/transactionReverted.ts'

export type WaitForTransactionParameters = {
  hash: Hash
  /** 1 by default: the block that holds it. */
  confirmations?: number
  /** 180,000 by default. */
  timeoutMs?: number
}
export type WaitForTransactionReturnType = TransactionReceipt

/**
 * Waits until a transaction is mined and succeeded; a replacement by the wallet (repriced) counts as the same.
 *
 * @returns The receipt; its `transactionHash` differs from `hash` when the transaction was replaced.
 * @throws `TRANSACTION_REVERTED` when it was mined and undone; the code of a timeout or of an RPC that is down otherwise.
 * @example
 * const receipt = await waitForTransaction(writer, { hash: await deposit(writer, { amountUsdc }) })
 */
export async function waitForTransaction(
  client: Reader,
  { hash, confirmations = 1, timeoutMs = 180_000 }: WaitForTransactionParameters,
): Promise<WaitForTransactionReturnType> {
  const receipt = await mined(client, { hash, confirmations, timeout: timeoutMs })
  if (receipt.status !== 'success') {
    throw new TransactionRevertedError(receipt.transactionHash, receipt.blockNumber)
  }
  return receipt
}

async function mined(client: Reader, options: { hash: Hash; confirmations: number; timeout: number }) {
  try {
    return await waitForTransactionReceipt(client, options)
  } catch (error) {
    throw decodeRevert(error, `Waiting for transaction ${options.hash}`)
  }
}
