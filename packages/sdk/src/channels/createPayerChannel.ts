import { type Hex, isAddressEqual } from 'viem'
import { getChannel } from '../actions/getChannel.ts'
import type { Writer } from '../client.ts'
import type { Signer } from '../crypto/signer.ts'
import { toSigner } from '../crypto/toSigner.ts'
import { SignatureInvalidError } from '../errors/signatureInvalid.ts'
import * as ChannelConfig from '../messages/channelConfig.ts'
import { createKeyedLock } from '../utils/keyedLock.ts'
import type { ChannelStore } from './channelStore.ts'
import { loadPayerRecord } from './loadPayerRecord.ts'
import type { PayerContext } from './payerContext.ts'
import type { PayerRecord } from './payerRecord.ts'
import type { PayForRequestOptions } from './payForRequestOptions.ts'
import { payRequest } from './payRequest.ts'
import { stopChannel } from './stopChannel.ts'

export type CreatePayerChannelParameters = {
  /** Terms of the channel. */
  config: ChannelConfig.ChannelConfig
  /** Where the payer's side is kept; with an in-memory store the receiver's last voucher tells where the channel stands. */
  store: ChannelStore<PayerRecord>
  /** Most that one request may cost, in USDC 1e-6: all that a dishonest receiver can take. */
  maxRequestUsdc: bigint
  /** Most that the channel may cost in all, in USDC 1e-6; the deposit by default. */
  maxTotalUsdc?: bigint | undefined
  /** Signs vouchers; the client's account by default. */
  signer?: Signer | undefined
}

/** What a look at the chain says about the receiver; amounts in USDC 1e-6. */
export type ClaimVerdict = {
  status: 'fair' | 'overclaimed'
  claimedUsdc: bigint
  chargedUsdc: bigint
}

/** The payer's side of one channel. */
export type PayerChannel = {
  readonly channelId: Hex
  readonly config: ChannelConfig.ChannelConfig
  /** Pays for one request; calls take turns. */
  pay<T>(options: PayForRequestOptions<T>): Promise<T>
  /** What is kept of the channel now. */
  getRecord(): Promise<PayerRecord>
  /** Compares what the receiver claimed on chain with what it served; an unfair channel is stopped. */
  checkClaims(): Promise<ClaimVerdict>
}

/**
 * The payer's side of a channel: signs one cumulative voucher per request, for what it was served so far and this one request, never
 * more. What it signs is stored before it signs.
 *
 * After a crash or with an empty store, the receiver's last voucher tells where the channel stands. A receiver whose sums do not
 * add up gets no further signature (after the rules of x402 `batch-settlement`, https://github.com/coinbase/x402).
 *
 * @param client A client with an account; `signer` may differ from it.
 * @returns `pay` and what is known about the channel; nothing is sent before the first call.
 * @throws `SIGNATURE_INVALID` when the signer is not the one of the terms, `NOT_DEPLOYED`. From `pay`: `CHANNEL_CAP_EXCEEDED`,
 *   `CHANNEL_DEPOSIT_TOO_SMALL`, `CHANNEL_REFUSED` and `CHANNEL_REQUEST_FAILED` (not charged), `CHANNEL_STOPPED`, and what `send` throws.
 * @example
 * const channel = createPayerChannel(writer, { config, store, maxRequestUsdc: 5_000n })
 * const answer = await channel.pay({ priceUsdc: 3_000n, send: (payment) => ask(endpoint, question, payment) })
 */
export function createPayerChannel(client: Writer, parameters: CreatePayerChannelParameters): PayerChannel {
  const { config, signer = toSigner(client), ...options } = parameters
  if (!isAddressEqual(signer.address, config.signer)) {
    throw new SignatureInvalidError('A voucher of this channel', config.signer)
  }
  const channelId = ChannelConfig.id(client.dim, config)
  const context: PayerContext = { client, channelId, config, signer, ...options }
  const lock = createKeyedLock()
  return {
    channelId,
    config,
    pay: (request) => lock(channelId, () => payRequest(context, request)),
    getRecord: () => lock(channelId, () => loadPayerRecord(context)),
    checkClaims: () => lock(channelId, () => checkClaims(context)),
  }
}

async function checkClaims(context: PayerContext): Promise<ClaimVerdict> {
  const { client, channelId } = context
  const { chargedUsdc, outstandingUsdc, history } = await loadPayerRecord(context)
  const { claimedUsdc } = await getChannel(client, { channelId })
  // Of a channel whose history is unknown, what was claimed is all that is known of what was served.
  const isFair = history === 'new' || claimedUsdc <= chargedUsdc + outstandingUsdc
  if (!isFair) await stopChannel(context, 'overclaimed')
  return { status: isFair ? 'fair' : 'overclaimed', claimedUsdc, chargedUsdc }
}
