import { setTimeout as pause } from 'node:timers/promises'
import { decodeRevert, GasFundsError } from '@dim/sdk'
import { type TransactionReceipt, BaseError as ViemError } from 'viem'
import { findReceipt } from './findReceipt.ts'
import type { Intent } from './intentStore.ts'
import { isFundsError } from './isFundsError.ts'
import { NonceTakenError } from './nonceTaken.ts'
import { pushIntent } from './pushIntent.ts'
import type { Sending } from './sending.ts'
import { settleIntent } from './settleIntent.ts'

const MAX_PAUSE_MS = 10_000

/** What keeps an intent from being mined for now is logged and tried again; the rest is thrown. */
function tolerate({ logger }: Sending, { intent }: Intent, error: unknown) {
  if (!(error instanceof ViemError)) throw error
  const attempted = `Sending transaction ${intent}`
  if (isFundsError(error)) throw new GasFundsError(attempted, error)
  const coded = decodeRevert(error, attempted)
  logger.warn({ intent, err: coded }, 'the transaction could not be sent; trying again')
}

/** Works on a recorded intent until one of its versions is mined. */
export async function driveIntent(
  sending: Sending,
  name: string,
  signal: AbortSignal | undefined,
): Promise<TransactionReceipt> {
  const { client, intents, pollMs, stuckAfterMs, now, inTurn } = sending
  let usedSince: number | undefined
  let pushedAt: number | undefined
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    const intent = await intents.require(name)
    try {
      const receipt = await findReceipt(client, intent)
      if (receipt !== undefined) return await settleIntent(sending, intent, receipt)
      if (usedSince !== undefined && now() - usedSince >= stuckAfterMs) {
        await intents.drop(name)
        throw new NonceTakenError(name, { nonce: intent.nonce ?? 0, sender: intent.sender })
      }
      if (pushedAt === undefined || now() - pushedAt >= stuckAfterMs / 4) {
        const outcome = await inTurn(() => pushIntent(sending, intent))
        usedSince = outcome === 'nonceUsed' ? (usedSince ?? now()) : undefined
        pushedAt = outcome === 'accepted' ? now() : undefined
      }
      failures = 0
    } catch (error) {
      tolerate(sending, intent, error)
      failures += 1
      pushedAt = undefined
    }
    const wait = Math.min(pollMs * 2 ** Math.min(failures, 16), Math.max(MAX_PAUSE_MS, pollMs))
    await pause(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  }
}
