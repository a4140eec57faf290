import { getTransactionCount } from 'viem/actions'
import { type BroadcastOutcome, broadcast } from './broadcast.ts'
import { chooseFees } from './chooseFees.ts'
import { fillNonces } from './fillNonces.ts'
import type { Intent } from './intentStore.ts'
import { newestVersion } from './newestVersion.ts'
import type { Sending } from './sending.ts'
import { signVersion } from './signVersion.ts'

async function withFreshVersion(sending: Sending, intent: Intent): Promise<Intent> {
  const fees = await chooseFees(sending, newestVersion(intent))
  return fees === undefined ? intent : signVersion(sending, intent, fees)
}

/**
 * Brings an intent one step further: signs it if it never was, replaces it at a higher fee if it is stuck, and
 * shows it to the network again, together with whatever lower nonce keeps it waiting.
 */
export async function pushIntent(sending: Sending, intent: Intent): Promise<BroadcastOutcome> {
  const { client, account, stuckAfterMs, now, logger } = sending
  const previous = newestVersion(intent)
  const isStuck = previous !== undefined && now() - previous.signedAtMs >= stuckAfterMs
  const current = previous === undefined || isStuck ? await withFreshVersion(sending, intent) : intent
  const version = newestVersion(current)
  if (version === undefined) return 'underpriced'
  if (isStuck && version.hash !== previous.hash) {
    logger.warn(
      { intent: intent.intent, nonce: intent.nonce, hash: version.hash },
      'stuck transaction replaced',
    )
  }
  const nonce = intent.nonce ?? 0
  const mined = await getTransactionCount(client, { address: account.address, blockTag: 'latest' })
  if (mined < nonce) await fillNonces(sending, { from: mined, to: nonce })
  const outcome = await broadcast(client, version.raw)
  if (outcome !== 'underpriced') return outcome
  const raised = newestVersion(await withFreshVersion(sending, current))
  return raised === undefined ? outcome : broadcast(client, raised.raw)
}
