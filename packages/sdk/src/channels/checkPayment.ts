import { isAddressEqual } from 'viem'
import type { ChannelPayment } from '../messages/channelPayment.ts'
import * as Voucher from '../messages/voucher.ts'
import type { RefusalReason } from './channelReply.ts'
import { readOnChain } from './readOnChain.ts'
import type { ReceiverContext } from './receiverContext.ts'
import type { ReceiverRecord, StoredVoucher } from './receiverRecord.ts'

/** Amounts of the contract have 64 bits. */
const maxAmount = 2n ** 64n - 1n

/** Whether a channel is one that this receiver serves at all. */
export const isServed = (
  { receiver, minWithdrawDelay }: ReceiverContext,
  { config }: ChannelPayment,
): boolean => isAddressEqual(config.receiver, receiver) && config.withdrawDelay >= minWithdrawDelay

/** The voucher of a payment that can be taken, or why it cannot. */
export async function checkPayment(
  context: ReceiverContext,
  record: ReceiverRecord,
  { payment, priceUsdc }: { payment: ChannelPayment; priceUsdc: bigint },
): Promise<StoredVoucher | RefusalReason> {
  const { maxClaimableAmount, signature } = payment
  if (maxClaimableAmount !== record.chargedUsdc + priceUsdc || maxClaimableAmount > maxAmount) return 'amount'
  const signedBy = await signedByOf(context, record, payment)
  if (signedBy === undefined) return 'signature'
  if (record.voucher?.signedBy === 'code' && record.claimedUsdc < record.chargedUsdc) return 'unclaimed'
  const reason = await faultOnChain(context, record, maxClaimableAmount)
  return reason ?? { maxClaimableAmount, signature, signedBy }
}

async function signedByOf(
  { client, takesCode }: ReceiverContext,
  { channelId, config }: ReceiverRecord,
  { maxClaimableAmount, signature }: ChannelPayment,
): Promise<StoredVoucher['signedBy'] | undefined> {
  const asked = { signature, signer: config.signer }
  const voucher = { channelId, maxClaimableAmount }
  if (await Voucher.verify(client.dim, voucher, asked)) return 'key'
  if (!takesCode) return undefined
  return (await Voucher.verify(client.dim, voucher, { ...asked, client })) ? 'code' : undefined
}

async function faultOnChain(
  context: ReceiverContext,
  { channelId }: ReceiverRecord,
  amountUsdc: bigint,
): Promise<RefusalReason | undefined> {
  const known = await readOnChain(context, channelId, { isFresh: false })
  if (known.withdrawAt !== 0) return 'withdrawing'
  if (isCovered(context, known, amountUsdc)) return undefined
  const fresh = await readOnChain(context, channelId, { isFresh: true })
  if (fresh.withdrawAt !== 0) return 'withdrawing'
  return isCovered(context, fresh, amountUsdc) ? undefined : 'deposit'
}

function isCovered(
  { latestAllowanceUsdc }: ReceiverContext,
  { finalUsdc, depositedUsdc }: { finalUsdc: bigint; depositedUsdc: bigint },
  amountUsdc: bigint,
): boolean {
  return (
    amountUsdc <= finalUsdc || (amountUsdc <= depositedUsdc && amountUsdc - finalUsdc <= latestAllowanceUsdc)
  )
}
