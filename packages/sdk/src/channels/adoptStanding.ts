import { getChannel } from '../actions/getChannel.ts'
import { ChannelStoppedError } from '../errors/channelStopped.ts'
import type { ChannelStanding } from '../messages/channelStanding.ts'
import * as Voucher from '../messages/voucher.ts'
import { changePayerRecord } from './changePayerRecord.ts'
import { loadPayerRecord } from './loadPayerRecord.ts'
import type { PayerContext } from './payerContext.ts'
import type { PayerRecord, StopReason } from './payerRecord.ts'
import { stopChannel } from './stopChannel.ts'

/**
 * Takes the receiver's word for where the channel stands, if it is proven: by the payer's own voucher of that very amount, or by the
 * chain. A payer that knows the history of the channel believes no more than what it signed for an outstanding request.
 */
export async function adoptStanding(context: PayerContext, standing: ChannelStanding): Promise<void> {
  const record = await loadPayerRecord(context)
  const fault = await faultOf(context, record, standing)
  const { channelId } = context
  const chargedUsdc = standing.chargedCumulativeAmount
  if (fault !== undefined) {
    await stopChannel(context, fault)
    throw new ChannelStoppedError(channelId, fault, `it says ${chargedUsdc}, known is ${record.chargedUsdc}`)
  }
  await changePayerRecord(context, ({ signedUsdc }) => ({
    chargedUsdc,
    signedUsdc: signedUsdc > chargedUsdc ? signedUsdc : chargedUsdc,
    outstandingUsdc: 0n,
    history: 'known',
  }))
}

async function faultOf(
  context: PayerContext,
  { history, chargedUsdc, outstandingUsdc }: PayerRecord,
  standing: ChannelStanding,
): Promise<StopReason | undefined> {
  if (!(await isProven(context, standing))) return 'unproven'
  if (history === 'new') return undefined
  return standing.chargedCumulativeAmount > chargedUsdc + outstandingUsdc ? 'overcharged' : undefined
}

async function isProven({ client, channelId, config }: PayerContext, standing: ChannelStanding) {
  const { chargedCumulativeAmount: maxClaimableAmount, signature } = standing
  if (maxClaimableAmount === 0n) return true
  if (signature === undefined) {
    return (await getChannel(client, { channelId })).claimedUsdc >= maxClaimableAmount
  }
  const voucher = { channelId: channelId as Voucher.Voucher['channelId'], maxClaimableAmount }
  return Voucher.verify(client.dim, voucher, { signature, signer: config.signer, client })
}
