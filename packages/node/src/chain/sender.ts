import { ContractRevertError, decodeRevert, TransactionRevertedError } from '@dim/sdk'
import { type Client, type LocalAccount, type TransactionReceipt, BaseError as ViemError } from 'viem'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import type { TxIntentState } from '../storage/database.ts'
import type { Storage } from '../storage/storage.ts'
import type { Logger } from '../telemetry/logger.ts'
import { driveIntent } from './driveIntent.ts'
import { findReceipt } from './findReceipt.ts'
import { IntentConflictError } from './intentConflict.ts'
import { type Intent, intentStore } from './intentStore.ts'
import { newestVersion } from './newestVersion.ts'
import { nextNonce } from './nextNonce.ts'
import { pushIntent } from './pushIntent.ts'
import type { Sending } from './sending.ts'
import { settleIntent } from './settleIntent.ts'
import { simulateIntent } from './simulateIntent.ts'
import type { SendParameters, TransactionSender } from './transactionSender.ts'

export type TransactionSenderOptions = {
  client: Client
  account: LocalAccount
  chainId: number
  storage: Storage
  logger: Logger
  /** No version offers more for a unit of gas. */
  maxFeePerGas?: bigint
  /** After this time without a receipt a version is replaced by one that pays more. */
  stuckAfterMs?: number
  pollMs?: number
  now?: () => number
}

const ENDED: readonly TxIntentState[] = ['mined', 'reverted', 'dropped']

function assertSame(known: Intent, { intent, to, data, value = 0n }: SendParameters) {
  const isSame =
    known.to.toLowerCase() === to.toLowerCase() &&
    known.data.toLowerCase() === data.toLowerCase() &&
    BigInt(known.valueWei) === value
  if (!isSame) throw new IntentConflictError(intent)
}

/** Simulates, then records, signs and shows a new intent; what fails after the recording is left to `driveIntent`. */
async function open(sending: Sending, parameters: SendParameters): Promise<void> {
  const { intents, logger } = sending
  const { intent } = parameters
  const gas = await simulateIntent(sending, parameters)
  const nonce = await nextNonce(sending).catch((error: unknown) => {
    throw decodeRevert(error, `Preparing transaction ${intent}`)
  })
  await intents.record({ ...parameters, gas, nonce })
  try {
    await pushIntent(sending, await intents.require(intent))
  } catch (error) {
    if (!(error instanceof ViemError)) throw error
    logger.warn({ intent, err: error }, 'the transaction could not be sent at once')
  }
}

/** An intent that ended: still on the chain, or taken off it by a reorganisation and to be driven again. */
async function reuse(sending: Sending, known: Intent): Promise<TransactionReceipt | undefined> {
  const receipt = await findReceipt(sending.client, known).catch((error: unknown) => {
    throw decodeRevert(error, `Looking up transaction ${known.intent}`)
  })
  if (receipt === undefined) {
    if (known.state !== 'dropped') await sending.intents.reopen(known.intent)
    return undefined
  }
  if (receipt.status === 'success') return settleIntent(sending, known, receipt)
  throw new TransactionRevertedError(receipt.transactionHash, receipt.blockNumber)
}

async function start(sending: Sending, parameters: SendParameters): Promise<TransactionReceipt> {
  const { intents, inTurn } = sending
  const known = await intents.get(parameters.intent)
  if (known !== undefined) assertSame(known, parameters)
  if (known !== undefined && ENDED.includes(known.state)) {
    const receipt = await reuse(sending, known)
    if (receipt !== undefined) return receipt
  }
  if (known === undefined || known.state === 'dropped') await inTurn(() => open(sending, parameters))
  return driveIntent(sending, parameters.intent, parameters.signal)
}

/** One that was recorded and never signed is given up when it would now revert; its nonce is free again. */
async function revive(sending: Sending, intent: Intent, signal: AbortSignal | undefined) {
  if (newestVersion(intent) === undefined) {
    try {
      const { to, data, valueWei } = intent as Intent & Pick<SendParameters, 'to' | 'data'>
      await simulateIntent(sending, { intent: intent.intent, to, data, value: BigInt(valueWei) })
    } catch (error) {
      if (error instanceof ContractRevertError) await sending.intents.drop(intent.intent)
      throw error
    }
  }
  return driveIntent(sending, intent.intent, signal)
}

/**
 * Sends transactions of one account, which nothing else may use. What is meant is recorded before it is signed, and
 * what is signed before it is shown: after a crash the same bytes are sent again, never others.
 */
export function createTransactionSender(options: TransactionSenderOptions): TransactionSender {
  const { client, account, chainId, storage, logger } = options
  const { maxFeePerGas = 2_000_000_000_000n, stuckAfterMs = 30_000, pollMs = 1000, now = Date.now } = options
  const running = new Map<string, Promise<TransactionReceipt>>()

  const once = (intent: string, work: () => Promise<TransactionReceipt>) => {
    const promise = running.get(intent) ?? work().finally(() => running.delete(intent))
    running.set(intent, promise)
    return promise
  }
  const report = (intent: string) => (error: unknown) => {
    logger.warn({ intent, err: error }, 'the transaction was not mined')
  }
  const sending: Sending = {
    client,
    account,
    chainId,
    intents: intentStore({ storage, chainId, sender: account.address, now }),
    maxFeePerGas,
    stuckAfterMs,
    pollMs,
    now,
    logger,
    inTurn: takeTurns(),
    track: (intent) => void once(intent, () => driveIntent(sending, intent, undefined)).catch(report(intent)),
  }

  return {
    async send(parameters) {
      const known = running.has(parameters.intent) ? await sending.intents.get(parameters.intent) : undefined
      if (known !== undefined) assertSame(known, parameters)
      return once(parameters.intent, () => start(sending, parameters))
    },
    async resume(signal) {
      const unfinished = await sending.intents.unfinished()
      await Promise.all(
        unfinished.map((intent) =>
          once(intent.intent, () => revive(sending, intent, signal)).catch(report(intent.intent)),
        ),
      )
    },
    pending: async () => (await sending.intents.unfinished()).length,
  }
}
