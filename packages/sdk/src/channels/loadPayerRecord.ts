import { getChannel } from '../actions/getChannel.ts'
import type { PayerContext } from './payerContext.ts'
import type { PayerRecord } from './payerRecord.ts'

/** The stored record, or a new one that starts from what the chain says was claimed. */
export async function loadPayerRecord(context: PayerContext): Promise<PayerRecord> {
  const { client, channelId, config, store } = context
  const stored = await store.get(channelId)
  if (stored !== undefined) return stored
  const { claimedUsdc } = await getChannel(client, { channelId })
  return store.update(
    channelId,
    (record) =>
      record ?? {
        channelId: channelId as PayerRecord['channelId'],
        config,
        chargedUsdc: claimedUsdc,
        signedUsdc: claimedUsdc,
        outstandingUsdc: 0n,
        history: 'new',
      },
  )
}
