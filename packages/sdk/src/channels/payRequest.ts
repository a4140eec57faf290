import { ChannelRefusedError } from '../errors/channelRefused.ts'
import { ChannelRequestFailedError } from '../errors/channelRequestFailed.ts'
import { ChannelStoppedError } from '../errors/channelStopped.ts'
import { adoptStanding } from './adoptStanding.ts'
import { changePayerRecord } from './changePayerRecord.ts'
import type { ChannelReply } from './channelReply.ts'
import { loadPayerRecord } from './loadPayerRecord.ts'
import type { PayerContext } from './payerContext.ts'
import type { StopReason } from './payerRecord.ts'
import type { PayForRequestOptions } from './payForRequestOptions.ts'
import { signVoucher } from './signVoucher.ts'
import { stopChannel } from './stopChannel.ts'

/** Pays for one request; a receiver that says where the channel stands, and proves it, gets a second voucher. */
export async function payRequest<T>(context: PayerContext, request: PayForRequestOptions<T>): Promise<T> {
  const { stopped } = await loadPayerRecord(context)
  if (stopped !== undefined) throw new ChannelStoppedError(context.channelId, stopped)
  const first = await ask(context, request)
  if (first.status !== 'refused' || first.reason !== 'amount' || first.standing === undefined) {
    return conclude(context, request, first)
  }
  await adoptStanding(context, first.standing)
  return conclude(context, request, await ask(context, request))
}

async function ask<T>(context: PayerContext, { priceUsdc, send }: PayForRequestOptions<T>) {
  return send(await signVoucher(context, priceUsdc))
}

async function conclude<T>(
  context: PayerContext,
  { priceUsdc }: PayForRequestOptions<T>,
  reply: ChannelReply<T>,
): Promise<T> {
  const { chargedUsdc } = await loadPayerRecord(context)
  if (reply.status === 'refused') {
    if (reply.standing !== undefined) await adoptStanding(context, reply.standing)
    throw new ChannelRefusedError(context.channelId, reply.reason)
  }
  const rightUsdc = reply.status === 'served' ? chargedUsdc + priceUsdc : chargedUsdc
  const change = { chargedUsdc: rightUsdc, outstandingUsdc: 0n, history: 'known' } as const
  const saidUsdc = reply.standing.chargedCumulativeAmount
  if (saidUsdc !== rightUsdc) {
    const reason: StopReason = reply.status === 'failed' && saidUsdc > rightUsdc ? 'overcharged' : 'sum'
    await stopChannel(context, reason, change)
    throw new ChannelStoppedError(context.channelId, reason, `it says ${saidUsdc}, ${rightUsdc} is right`)
  }
  await changePayerRecord(context, () => change)
  if (reply.status === 'failed') throw new ChannelRequestFailedError(context.channelId, reply.error)
  return reply.value
}
