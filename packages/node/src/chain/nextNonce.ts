import { getTransactionCount } from 'viem/actions'
import type { Sending } from './sending.ts'

/** The next nonce: above everything recorded, and above what others sent from this account. */
export async function nextNonce({ client, account, intents }: Sending): Promise<number> {
  const count = await getTransactionCount(client, { address: account.address, blockTag: 'pending' })
  return Math.max(count, ((await intents.highestNonce()) ?? -1) + 1)
}
