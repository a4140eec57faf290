import { ContractRevertError, decodeRevert, TransactionRevertedError } from '@dim/sdk'
import type { Address, Hex, TransactionReceipt } from 'viem'
import { call } from 'viem/actions'
import type { Intent } from './intentStore.ts'
import type { Sending } from './sending.ts'

/** The receipt tells only that it reverted; the same call on that block's state usually tells why. */
async function explain({ client, account }: Sending, intent: Intent, receipt: TransactionReceipt) {
  const reverted = new TransactionRevertedError(receipt.transactionHash, receipt.blockNumber)
  try {
    const { to, data, valueWei } = intent
    const request = { to: to as Address, data: data as Hex, value: BigInt(valueWei) }
    await call(client, { account, ...request, blockNumber: receipt.blockNumber })
    return reverted
  } catch (error) {
    const decoded = decodeRevert(error, `Transaction ${intent.intent}`)
    return decoded instanceof ContractRevertError ? decoded : reverted
  }
}

/** Records how an intent ended; answers the receipt of a success and throws the reason of a revert. */
export async function settleIntent(
  sending: Sending,
  intent: Intent,
  receipt: TransactionReceipt,
): Promise<TransactionReceipt> {
  const ending = { hash: receipt.transactionHash, block: receipt.blockNumber }
  if (receipt.status === 'success') {
    if (intent.state !== 'mined') await sending.intents.finish(intent.intent, { state: 'mined', ...ending })
    return receipt
  }
  const error = await explain(sending, intent, receipt)
  const errorJson = JSON.stringify({ code: error.code, message: error.message })
  await sending.intents.finish(intent.intent, { state: 'reverted', ...ending, errorJson })
  throw error
}
