import { getChannel } from '../actions/getChannel.ts'
import { ChannelCapExceededError } from '../errors/channelCapExceeded.ts'
import { ChannelDepositTooSmallError } from '../errors/channelDepositTooSmall.ts'
import type { ChannelPayment } from '../messages/channelPayment.ts'
import * as Voucher from '../messages/voucher.ts'
import { changePayerRecord } from './changePayerRecord.ts'
import { loadPayerRecord } from './loadPayerRecord.ts'
import type { PayerContext } from './payerContext.ts'

/** Signs for what was served so far and one request more; that it signs is stored before it does. */
export async function signVoucher(context: PayerContext, priceUsdc: bigint): Promise<ChannelPayment> {
  const { client, channelId, config, signer, maxRequestUsdc, maxTotalUsdc } = context
  assertBelow('request', priceUsdc, maxRequestUsdc)
  const { chargedUsdc } = await loadPayerRecord(context)
  const amountUsdc = chargedUsdc + priceUsdc
  if (maxTotalUsdc !== undefined) assertBelow('channel', amountUsdc, maxTotalUsdc)
  await assertDeposited(context, amountUsdc)
  await changePayerRecord(context, (record) => ({
    signedUsdc: max(record.signedUsdc, amountUsdc),
    // A request before this one whose outcome is unknown may have cost more.
    outstandingUsdc: max(record.outstandingUsdc, priceUsdc),
  }))
  const voucher = { channelId: channelId as Voucher.Voucher['channelId'], maxClaimableAmount: amountUsdc }
  const signature = await Voucher.sign(client.dim, voucher, signer)
  return { config, maxClaimableAmount: amountUsdc, signature: signature as ChannelPayment['signature'] }
}

function assertBelow(limit: 'request' | 'channel', amountUsdc: bigint, capUsdc: bigint): void {
  if (amountUsdc < 0n || amountUsdc > capUsdc)
    throw new ChannelCapExceededError(limit, { amountUsdc, capUsdc })
}

async function assertDeposited(context: PayerContext, neededUsdc: bigint): Promise<void> {
  const { client, channelId } = context
  if (context.depositedUsdc === undefined || context.depositedUsdc < neededUsdc) {
    context.depositedUsdc = (await getChannel(client, { channelId })).depositedUsdc
  }
  const { depositedUsdc } = context
  if (depositedUsdc < neededUsdc)
    throw new ChannelDepositTooSmallError(channelId, { neededUsdc, depositedUsdc })
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
