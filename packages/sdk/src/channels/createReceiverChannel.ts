import { type Address, type Hex, isAddressEqual } from 'viem'
import type { Writer } from '../client.ts'
import { createKeyedLock } from '../utils/keyedLock.ts'
import type { ChannelReply } from './channelReply.ts'
import type { ChannelStore } from './channelStore.ts'
import { type ClaimOutcome, claimRecords } from './claimRecords.ts'
import type { ReceiverContext } from './receiverContext.ts'
import type { ReceiverRecord } from './receiverRecord.ts'
import { serveRequest } from './serveRequest.ts'
import type { ServeRequestOptions } from './serveRequestOptions.ts'
import { type WatchReceiverOptions, watchReceiver } from './watchReceiver.ts'

export type CreateReceiverChannelParameters = {
  /** Who is paid; the client's account by default. The client's account sends the claims, whoever it is. */
  receiver?: Address | undefined
  /** Where the vouchers are kept: who loses them loses what was not claimed. */
  store: ChannelStore<ReceiverRecord>
  /** Least delay of a channel that is served, in seconds: longer than the chain may stand still. */
  minWithdrawDelay: number
  /** How much of an amount a deposit may cover that is in the latest block but not final yet, in USDC 1e-6; 0 by default. */
  latestAllowanceUsdc?: bigint | undefined
  /** How old what the chain said may be, 1,000 by default; with 0 every request asks the chain. */
  chainStateMaxAgeMs?: number | undefined
  /** Whether vouchers of accounts with code (EIP-1271, EIP-7702) are taken: each is claimed at once. `false` by default. */
  takesCode?: boolean | undefined
  /** Most vouchers in one transaction, 100 by default. */
  maxRows?: number | undefined
  /** Unix milliseconds, for the age of what the chain said; `Date.now` by default. */
  now?: (() => number) | undefined
}

/** The receiver's side of all channels that pay one receiver. */
export type ReceiverChannel = {
  readonly receiver: Address
  /** Serves one paid request; requests of one channel take turns. */
  serve<T>(options: ServeRequestOptions<T>): Promise<ChannelReply<T>>
  /** Claims every voucher that is worth more than what was claimed, or those of the channels given. */
  claimAll(options?: { channelIds?: readonly Hex[] | undefined }): Promise<ClaimOutcome>
  /** Claims at once whenever a payer announces a withdrawal, also one that was announced before; the answer ends it. */
  watch(options?: WatchReceiverOptions): () => void
}

/**
 * The receiver's side of channels: takes a voucher only for exactly what was charged so far plus the price, verifies it before it
 * serves, stores it before it serves, and charges only when the work succeeded (after the rules of x402 `batch-settlement`,
 * https://github.com/coinbase/x402). A payment that does not fit is answered with where the channel stands and the voucher for it.
 *
 * @param client A client with an account that sends claims.
 * @returns `serve`, `claimAll` and `watch`; nothing is sent before one of the last two is called.
 * @throws From `serve`: `CHANNEL_CONFLICT` when another process serves the same channel, or the code of a chain that is down; what the
 *   work throws is answered as `failed`. From `claimAll`: what `claimVouchers` throws.
 * @example
 * const channel = createReceiverChannel(writer, { store, minWithdrawDelay: 86_400 })
 * const unwatch = channel.watch({ onError: (error) => logger.error(error) })
 * const reply = await channel.serve({ payment, priceUsdc: 3_000n, handle: () => answer(question) })
 */
export function createReceiverChannel(
  client: Writer,
  parameters: CreateReceiverChannelParameters,
): ReceiverChannel {
  const { receiver = client.account.address, store, minWithdrawDelay } = parameters
  const { latestAllowanceUsdc = 0n, chainStateMaxAgeMs = 1_000, takesCode = false } = parameters
  const { maxRows = 100, now = Date.now } = parameters
  const context: ReceiverContext = {
    client,
    receiver,
    store,
    minWithdrawDelay,
    latestAllowanceUsdc,
    chainStateMaxAgeMs,
    takesCode,
    maxRows,
    now,
    lock: createKeyedLock(),
    onChain: new Map(),
    withdrawing: new Set(),
    exhausted: new Set(),
  }
  return {
    receiver,
    serve: (options) => serveRequest(context, options),
    claimAll: ({ channelIds } = {}) => claimRecords(context, (record) => isWanted(record, channelIds)),
    watch: (options = {}) => watchReceiver(context, options),
  }

  function isWanted({ channelId, config }: ReceiverRecord, channelIds: readonly Hex[] | undefined): boolean {
    return isAddressEqual(config.receiver, receiver) && (channelIds?.includes(channelId) ?? true)
  }
}
