import type { Address, Hash, Hex } from 'viem'
import { encodeEventTopics, type ParseEventLogsReturnType } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'

type Mined = { readonly transactionHash: Hash; readonly blockNumber: bigint }

/** An order that was paid, for good; amounts in USDC 1e-6. */
export type OrderSettled = Mined & {
  readonly kind: 'settled'
  readonly orderId: Hex
  readonly client: Address
  readonly provider: Address
  readonly modelKey: Hex
  readonly nonce: bigint
  readonly resultCommit: Hex
  readonly toProviderUsdc: bigint
  readonly feeUsdc: bigint
  readonly royaltyUsdc: bigint
}

/** Nonces that a client is about to cancel; a mask of 0 takes it back. */
export type OrderCancelStarted = Mined & {
  readonly kind: 'cancelStarted'
  readonly client: Address
  readonly word: bigint
  readonly mask: bigint
  /** Unix seconds from which it may be finished. */
  readonly ripeAt: number
}

/** Reserved balance that a client is about to take out; an amount of 0 takes it back. */
export type ReleaseStarted = Mined & {
  readonly kind: 'releaseStarted'
  readonly client: Address
  /** In USDC 1e-6. */
  readonly amountUsdc: bigint
  /** Unix seconds from which it may leave. */
  readonly releaseAt: number
}

/** What the escrow says about orders. */
export type OrderEvent = OrderSettled | OrderCancelStarted | ReleaseStarted

export const orderEventNames = ['OrderSettled', 'OrderCancelStarted', 'ReleaseStarted'] as const

type Log = ParseEventLogsReturnType<typeof jobEscrowAbi, (typeof orderEventNames)[number][], true>[number]

/** Topic of an event by its name. */
export const orderTopic = (eventName: (typeof orderEventNames)[number]): Hex =>
  encodeEventTopics({ abi: jobEscrowAbi, eventName })[0]

/** An event as viem decodes it, in the words of the SDK. */
export function toOrderEvent(log: Log): OrderEvent {
  const mined = { transactionHash: log.transactionHash, blockNumber: BigInt(log.blockNumber) }
  switch (log.eventName) {
    case 'OrderSettled': {
      const { toProvider, fee, royalty, ...rest } = log.args
      const paid = { toProviderUsdc: toProvider, feeUsdc: fee, royaltyUsdc: royalty }
      return { kind: 'settled', ...mined, ...rest, ...paid }
    }
    case 'OrderCancelStarted':
      return { kind: 'cancelStarted', ...mined, ...log.args, ripeAt: Number(log.args.ripeAt) }
    case 'ReleaseStarted': {
      const { account, amount, releaseAt } = log.args
      const what = { client: account, amountUsdc: amount, releaseAt: Number(releaseAt) }
      return { kind: 'releaseStarted', ...mined, ...what }
    }
  }
}
