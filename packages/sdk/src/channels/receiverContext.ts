import type { Address, Hex } from 'viem'
import type { GetChannelReturnType } from '../actions/getChannel.ts'
import type { Writer } from '../client.ts'
import type { KeyedLock } from '../utils/keyedLock.ts'
import type { ChannelStore } from './channelStore.ts'
import type { ReceiverRecord } from './receiverRecord.ts'

/** What the chain says about a channel, and how much of its deposit is final. */
export type ChannelOnChain = GetChannelReturnType & { readonly finalUsdc: bigint; readonly readAtMs: number }

/** What every step of the receiver's side shares. */
export type ReceiverContext = {
  readonly client: Writer
  readonly receiver: Address
  readonly store: ChannelStore<ReceiverRecord>
  readonly lock: KeyedLock
  readonly minWithdrawDelay: number
  readonly latestAllowanceUsdc: bigint
  readonly chainStateMaxAgeMs: number
  readonly takesCode: boolean
  readonly maxRows: number
  readonly now: () => number
  readonly onChain: Map<Hex, ChannelOnChain>
  /** Channels with an announced withdrawal: claimed at once, and served no more. */
  readonly withdrawing: Set<Hex>
  /** Channels whose deposit a claim used up although the voucher is worth more. */
  readonly exhausted: Set<Hex>
}
