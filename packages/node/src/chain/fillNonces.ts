import { getTransactionCount } from 'viem/actions'
import { broadcast } from './broadcast.ts'
import { newestVersion } from './newestVersion.ts'
import type { Sending } from './sending.ts'

/** A transfer of nothing to oneself. */
const FILLER_GAS = 21_000n

/**
 * Makes sure that every nonce in [from, to) is on its way: a recorded one is shown again (a reorganisation or a
 * restart of the node may have lost it), one that belongs to nothing is used up by an empty transaction.
 */
export async function fillNonces(
  sending: Sending,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const { client, account, intents } = sending
  const pending = await getTransactionCount(client, { address: account.address, blockTag: 'pending' })
  for (let nonce = from; nonce < to; nonce++) {
    const known = await intents.withNonce(nonce)
    const version = known && newestVersion(known)
    if (version !== undefined) await broadcast(client, version.raw)
    if (known !== undefined || nonce < pending) continue
    const intent = `fill:${sending.chainId}:${account.address.toLowerCase()}:${nonce}`
    await intents.record({ intent, to: account.address, data: '0x', gas: FILLER_GAS, nonce })
    sending.track(intent)
  }
}
