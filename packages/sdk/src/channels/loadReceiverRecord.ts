import type { ChannelConfig } from '../messages/channelConfig.ts'
import { readOnChain } from './readOnChain.ts'
import type { ReceiverContext } from './receiverContext.ts'
import type { ReceiverRecord } from './receiverRecord.ts'

/** The stored record, or a new one that starts from what the chain says was claimed. */
export async function loadReceiverRecord(
  context: ReceiverContext,
  channelId: ReceiverRecord['channelId'],
  config: ChannelConfig,
): Promise<ReceiverRecord> {
  const stored = await context.store.get(channelId)
  if (stored !== undefined) return stored
  const { claimedUsdc } = await readOnChain(context, channelId, { isFresh: true })
  return { channelId, config, chargedUsdc: claimedUsdc, claimedUsdc }
}
