import type { Hex } from 'viem'
import { getChannel } from '../actions/getChannel.ts'
import type { ChannelOnChain, ReceiverContext } from './receiverContext.ts'

/** What the chain says about a channel, not older than allowed; of a channel with an announced withdrawal always anew. */
export async function readOnChain(
  context: ReceiverContext,
  channelId: Hex,
  { isFresh }: { isFresh: boolean },
): Promise<ChannelOnChain> {
  const { client, onChain, withdrawing, chainStateMaxAgeMs, now } = context
  const known = onChain.get(channelId)
  const isYoung = known !== undefined && now() - known.readAtMs < chainStateMaxAgeMs
  if (isYoung && !isFresh && !withdrawing.has(channelId)) return known
  const readAtMs = now()
  const [latest, final] = await Promise.all([
    getChannel(client, { channelId }),
    getChannel(client, { channelId, blockTag: 'finalized' }),
  ])
  // What a withdrawal or a refund took away counts at once, what a deposit brought only when it is final.
  const finalUsdc = final.depositedUsdc < latest.depositedUsdc ? final.depositedUsdc : latest.depositedUsdc
  const state = { ...latest, finalUsdc, readAtMs }
  onChain.set(channelId, state)
  if (latest.withdrawAt === 0) withdrawing.delete(channelId)
  else withdrawing.add(channelId)
  return state
}
