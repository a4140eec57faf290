import { type Hash, type Hex, type Log, parseEventLogs, size, slice } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import { claimVouchers } from '../actions/claimVouchers.ts'
import { claimVouchersTyped } from '../actions/claimVouchersTyped.ts'
import { getChannel } from '../actions/getChannel.ts'
import { waitForTransaction } from '../actions/waitForTransaction.ts'
import { ContractRevertError } from '../errors/contractRevert.ts'
import type { ReceiverContext } from './receiverContext.ts'
import type { ReceiverRecord, StoredVoucher } from './receiverRecord.ts'

type Claimable = ReceiverRecord & { readonly voucher: StoredVoucher }

/** What a round of claims brought; amounts in USDC 1e-6. */
export type ClaimOutcome = {
  readonly claimedUsdc: bigint
  readonly transactions: readonly Hash[]
  /** Channels whose stored voucher the contract does not take; the others were claimed without them. */
  readonly rejected: readonly Hex[]
}

/** Claims the vouchers of all wanted records that are worth more than what was claimed, in batches. */
export async function claimRecords(
  context: ReceiverContext,
  isWanted: (record: ReceiverRecord) => boolean,
): Promise<ClaimOutcome> {
  const wanted = (await context.store.list()).filter(isWanted)
  const claimable = await withDeposit(context, wanted.filter(isClaimable))
  const outcome = { claimedUsdc: 0n, transactions: [] as Hash[], rejected: [] as Hex[] }
  for (const signedBy of ['key', 'code'] as const) {
    const records = claimable.filter(({ voucher }) => voucher.signedBy === signedBy)
    for (let i = 0; i < records.length; i += context.maxRows) {
      const batch = await claimBatch(context, records.slice(i, i + context.maxRows), signedBy)
      outcome.claimedUsdc += batch.claimedUsdc
      outcome.transactions.push(...batch.transactions)
      outcome.rejected.push(...batch.rejected)
    }
  }
  return outcome
}

const isClaimable = (record: ReceiverRecord): record is Claimable =>
  record.voucher !== undefined && record.voucher.maxClaimableAmount > record.claimedUsdc

/** Leaves out channels that were claimed to the end and got no deposit since: another claim would bring nothing. */
async function withDeposit({ client, exhausted }: ReceiverContext, records: readonly Claimable[]) {
  for (const { channelId } of records.filter((record) => exhausted.has(record.channelId))) {
    const { depositedUsdc, claimedUsdc } = await getChannel(client, { channelId })
    if (depositedUsdc > claimedUsdc) exhausted.delete(channelId)
  }
  return records.filter(({ channelId }) => !exhausted.has(channelId))
}

async function claimBatch(
  context: ReceiverContext,
  records: readonly Claimable[],
  signedBy: StoredVoucher['signedBy'],
): Promise<ClaimOutcome> {
  if (records.length === 0) return { claimedUsdc: 0n, transactions: [], rejected: [] }
  try {
    const hash = await send(context, records, signedBy)
    const { logs } = await waitForTransaction(context.client, { hash })
    return { claimedUsdc: await noteClaims(context, records, logs), transactions: [hash], rejected: [] }
  } catch (error) {
    const bad = badRow(error, records)
    if (bad === undefined) throw error
    const rest = await claimBatch(context, records.toSpliced(bad, 1), signedBy)
    return { ...rest, rejected: [(records[bad] as Claimable).channelId, ...rest.rejected] }
  }
}

function send(
  { client, receiver }: ReceiverContext,
  records: readonly Claimable[],
  signedBy: 'key' | 'code',
) {
  const vouchers = records.map(({ config, voucher: { maxClaimableAmount, signature } }) => ({
    config,
    amountUsdc: maxClaimableAmount,
    signature,
  }))
  if (signedBy === 'code') return claimVouchersTyped(client, { vouchers })
  return claimVouchers(client, {
    receiver,
    rows: vouchers.map(({ config, ...rest }) => ({ ...config, ...rest })),
  })
}

/** One bad voucher undoes a batch; the contract names it. */
function badRow(error: unknown, records: readonly Claimable[]): number | undefined {
  if (!(error instanceof ContractRevertError) || error.errorName !== 'BadVoucher') return undefined
  const row = Number(error.args.row)
  return records[row] === undefined ? undefined : row
}

async function noteClaims(
  context: ReceiverContext,
  records: readonly Claimable[],
  logs: Log[],
): Promise<bigint> {
  const events = parseEventLogs({ abi: paymentChannelsAbi, eventName: 'BatchClaimed', logs })
  const claimed = new Map(events.flatMap(({ args }) => unpack(args.packed)))
  for (const { channelId, voucher } of records) {
    // A row that the contract skipped brought nothing; then somebody claimed before, or the deposit is used up.
    const claimedUsdc =
      claimed.get(channelId) ?? (await getChannel(context.client, { channelId })).claimedUsdc
    await context.store.update(channelId, (record) => ({ ...(record as ReceiverRecord), claimedUsdc }))
    context.onChain.delete(channelId)
    if (claimedUsdc < voucher.maxClaimableAmount) context.exhausted.add(channelId)
  }
  return events.reduce((sum, { args }) => sum + args.total, 0n)
}

/** Entries of 40 bytes: channel id 32, what is claimed of it from now on 8. */
const unpack = (packed: Hex): [Hex, bigint][] =>
  Array.from({ length: size(packed) / 40 }, (_, i) => [
    slice(packed, i * 40, i * 40 + 32),
    BigInt(slice(packed, i * 40 + 32, i * 40 + 40)),
  ])
