import { type Hex, zeroHash } from 'viem'
import * as Receipt from './receipt.ts'

/** Numbers that no receipt has, both ends included. */
export type ReceiptGap = { readonly from: bigint; readonly to: bigint }

/** Receipts that differ and stand at one place: each signed, two of them slash their provider. */
export type ReceiptFork = { readonly seq: bigint; readonly receipts: readonly Receipt.Receipt[] }

/** A receipt that does not follow from the one before it. */
export type ReceiptBreak = { readonly seq: bigint; readonly rule: 'prevReceipt' | 'cumulativeCharged' }

/** What is wrong with the receipts of one provider in one channel; nothing, if `isWhole`. */
export type ReceiptChainReport = {
  readonly provider: Receipt.Receipt['provider']
  readonly channelId: Hex
  /** Places that have a receipt. */
  readonly count: number
  /** What the last receipt says that the channel cost so far, in USDC 1e-6. */
  readonly chargedUsdc: bigint
  readonly gaps: readonly ReceiptGap[]
  readonly forks: readonly ReceiptFork[]
  readonly breaks: readonly ReceiptBreak[]
  readonly isWhole: boolean
}

/**
 * Checks the receipts of channels: in each channel numbers count up from 0, every receipt names the struct hash of the one before,
 * and the cumulative charge adds up. Signatures are checked apart (`Receipt.verify`).
 *
 * @param receipts In any order, of any providers and channels; the same receipt twice is no fault.
 * @param options `after`: a receipt up to which a channel was checked before; its channel is then checked from there.
 * @returns One report per provider and channel, in the order of their first receipts.
 * @example
 * const [report] = inspectReceiptChains(receipts)
 * if (!report?.isWhole) console.log(report?.gaps, report?.forks, report?.breaks)
 */
export function inspectReceiptChains(
  receipts: readonly Receipt.Receipt[],
  { after = [] }: { after?: readonly Receipt.Receipt[] } = {},
): ReceiptChainReport[] {
  const checked = new Map(after.map((receipt) => [keyOf(receipt), receipt]))
  return [...Map.groupBy(receipts, keyOf)].map(([key, chain]) => inspect(chain, checked.get(key)))
}

const keyOf = ({ provider, channelId }: Receipt.Receipt): string => `${provider}/${channelId}`.toLowerCase()

function inspect(chain: readonly Receipt.Receipt[], after: Receipt.Receipt | undefined): ReceiptChainReport {
  const places = [...Map.groupBy(chain, ({ seq }) => seq)]
    .map(([seq, same]) => ({ seq, receipts: distinct(same) }))
    .sort((a, b) => (a.seq < b.seq ? -1 : 1))
  const gaps: ReceiptGap[] = []
  const breaks: ReceiptBreak[] = []
  let previous = after === undefined ? [] : [after]
  let expected = after === undefined ? 0n : after.seq + 1n
  for (const { seq, receipts } of places) {
    if (seq > expected) gaps.push({ from: expected, to: seq - 1n })
    // Beyond a gap nothing can be said about what came before.
    if (seq === expected) breaks.push(...breaksOf(receipts, previous))
    ;[previous, expected] = [receipts, seq + 1n]
  }
  const forks = places.filter(({ receipts }) => receipts.length > 1)
  const { provider, channelId } = chain[0] as Receipt.Receipt
  const chargedUsdc = previous[0]?.cumulativeCharged ?? 0n
  const isWhole = gaps.length + forks.length + breaks.length === 0
  return { provider, channelId, count: places.length, chargedUsdc, gaps, forks, breaks, isWhole }
}

const distinct = (receipts: readonly Receipt.Receipt[]): Receipt.Receipt[] => [
  ...new Map(receipts.map((receipt) => [Receipt.structHash(receipt), receipt])).values(),
]

/** After a fork it is enough that a receipt follows from one of its branches. */
function breaksOf(
  receipts: readonly Receipt.Receipt[],
  previous: readonly Receipt.Receipt[],
): ReceiptBreak[] {
  const parents = new Map(previous.map((receipt) => [Receipt.structHash(receipt), receipt.cumulativeCharged]))
  if (parents.size === 0) parents.set(zeroHash, 0n)
  return receipts.flatMap(({ seq, prevReceipt, charged, cumulativeCharged }): ReceiptBreak[] => {
    const before = parents.get(prevReceipt)
    if (before === undefined) return [{ seq, rule: 'prevReceipt' }]
    return before + charged === cumulativeCharged ? [] : [{ seq, rule: 'cumulativeCharged' }]
  })
}
