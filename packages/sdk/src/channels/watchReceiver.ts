import type { Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { getChannel } from '../actions/getChannel.ts'
import { listChannelWithdrawals } from '../actions/listChannelWithdrawals.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { delay } from '../utils/delay.ts'
import { type ClaimOutcome, claimRecords } from './claimRecords.ts'
import type { ReceiverContext } from './receiverContext.ts'

export type WatchReceiverOptions = {
  /** Called after a claim that an announced withdrawal led to. */
  onClaim?: ((outcome: ClaimOutcome) => void) | undefined
  /** Called when the chain cannot be read or a claim fails; both are tried again. */
  onError?: ((error: unknown) => void) | undefined
  /** Between two looks at the chain, 2,000 by default. */
  pollingIntervalMs?: number | undefined
}

/** Claims at once whenever a payer announces a withdrawal. */
export function watchReceiver(context: ReceiverContext, options: WatchReceiverOptions): () => void {
  const controller = new AbortController()
  void poll(context, options, controller.signal)
  return () => controller.abort()
}

async function poll(context: ReceiverContext, options: WatchReceiverOptions, signal: AbortSignal) {
  const { onClaim, onError, pollingIntervalMs = 2_000 } = options
  let next: bigint | undefined
  while (!signal.aborted) {
    try {
      next = next === undefined ? await readAll(context) : await readOn(context, next)
      const outcome = await claimWithdrawing(context)
      if (outcome.transactions.length > 0) onClaim?.(outcome)
    } catch (error) {
      onError?.(error)
    }
    // Aborting is the way in which watching ends.
    await delay(pollingIntervalMs, signal).catch(() => undefined)
  }
}

/** What was announced while nobody watched stands in the state of the channels. */
async function readAll(context: ReceiverContext): Promise<bigint> {
  const { client, store } = context
  const latest = await latestBlock(context)
  for (const { channelId } of await store.list()) {
    const { withdrawAt } = await getChannel(client, { channelId })
    note(context, channelId, withdrawAt)
  }
  return latest + 1n
}

async function readOn(context: ReceiverContext, fromBlock: bigint): Promise<bigint> {
  const { client, receiver } = context
  const toBlock = await latestBlock(context)
  if (toBlock < fromBlock) return fromBlock
  const announced = await listChannelWithdrawals(client, { receiver, fromBlock, toBlock })
  for (const { channelId, withdrawAt } of announced) note(context, channelId, withdrawAt)
  return toBlock + 1n
}

function note({ withdrawing }: ReceiverContext, channelId: Hex, withdrawAt: number): void {
  if (withdrawAt === 0) withdrawing.delete(channelId)
  else withdrawing.add(channelId)
}

/** A request that was under way when the withdrawal was announced is claimed in a later round. */
const claimWithdrawing = (context: ReceiverContext): Promise<ClaimOutcome> =>
  claimRecords(context, ({ channelId }) => context.withdrawing.has(channelId))

async function latestBlock({ client }: ReceiverContext): Promise<bigint> {
  try {
    return await getBlockNumber(client, { cacheTime: 0 })
  } catch (error) {
    throw decodeRevert(error, 'Watching for withdrawals')
  }
}
