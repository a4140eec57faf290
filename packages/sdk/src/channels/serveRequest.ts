import { ChannelConflictError } from '../errors/channelConflict.ts'
import * as ChannelConfig from '../messages/channelConfig.ts'
import type { ChannelStanding } from '../messages/channelStanding.ts'
import type { ChannelReply } from './channelReply.ts'
import { checkPayment, isServed } from './checkPayment.ts'
import { claimRecords } from './claimRecords.ts'
import { loadReceiverRecord } from './loadReceiverRecord.ts'
import type { ReceiverContext } from './receiverContext.ts'
import type { ReceiverRecord, StoredVoucher } from './receiverRecord.ts'
import type { ServeRequestOptions } from './serveRequestOptions.ts'

/** Serves one paid request; requests of one channel take turns. */
export async function serveRequest<T>(
  context: ReceiverContext,
  options: ServeRequestOptions<T>,
): Promise<ChannelReply<T>> {
  if (!isServed(context, options.payment)) return { status: 'refused', reason: 'channel' }
  const channelId = ChannelConfig.id(context.client.dim, options.payment.config)
  return context.lock(channelId, () => serve(context, channelId as ReceiverRecord['channelId'], options))
}

async function serve<T>(
  context: ReceiverContext,
  channelId: ReceiverRecord['channelId'],
  { payment, priceUsdc, handle }: ServeRequestOptions<T>,
): Promise<ChannelReply<T>> {
  const record = await loadReceiverRecord(context, channelId, payment.config)
  const voucher = await checkPayment(context, record, { payment, priceUsdc })
  if (typeof voucher === 'string') return { status: 'refused', reason: voucher, standing: standingOf(record) }
  await write(context, record, { ...record, pending: voucher })
  const cumulativeUsdc = voucher.maxClaimableAmount
  const result = await settle(() => handle({ channelId, chargedUsdc: priceUsdc, cumulativeUsdc }))
  const { pending: _, ...unchanged } = record
  if (!result.ok) {
    await write(context, record, unchanged)
    return { status: 'failed', error: result.error, standing: standingOf(record) }
  }
  const charged = await write(context, record, toCharged(unchanged, voucher))
  if (voucher.signedBy === 'code') await claimAtOnce(context, charged)
  return { status: 'served', value: result.value, standing: standingOf(charged) }
}

const toCharged = (record: ReceiverRecord, voucher: StoredVoucher): ReceiverRecord => ({
  ...record,
  chargedUsdc: voucher.maxClaimableAmount,
  voucher,
})

async function settle<T>(handle: () => Promise<T>) {
  try {
    return { ok: true, value: await handle() } as const
  } catch (error) {
    return { ok: false, error } as const
  }
}

/** Writes a record unless somebody else charged in the meantime; what was claimed meanwhile stays. */
function write(
  { store }: ReceiverContext,
  before: ReceiverRecord,
  after: ReceiverRecord,
): Promise<ReceiverRecord> {
  return store.update(before.channelId, (stored) => {
    if (stored !== undefined && stored.chargedUsdc !== before.chargedUsdc) {
      throw new ChannelConflictError(before.channelId)
    }
    return { ...after, claimedUsdc: stored?.claimedUsdc ?? after.claimedUsdc }
  })
}

/** A claim that fails is tried again by `claimAll`; until then no further voucher of this account is taken. */
async function claimAtOnce(context: ReceiverContext, { channelId }: ReceiverRecord): Promise<void> {
  await claimRecords(context, (record) => record.channelId === channelId).catch(() => undefined)
}

function standingOf({ chargedUsdc, voucher }: ReceiverRecord): ChannelStanding {
  const isProof = voucher?.maxClaimableAmount === chargedUsdc
  return { chargedCumulativeAmount: chargedUsdc, ...(isProof ? { signature: voucher.signature } : {}) }
}
