import * as z from 'zod'
import { schema as configSchema } from './channelConfig.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { signature, uint } from './fields.ts'

/** What travels with a request in the streaming lane: the terms of the channel and a voucher, in USDC 1e-6 since the first deposit. */
export const schema = z.strictObject({
  config: configSchema,
  maxClaimableAmount: uint(128),
  signature,
})

/** What travels with a request in the streaming lane. */
export type ChannelPayment = Readonly<z.output<typeof schema>>

/**
 * Reads a payment from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `CHANNEL_PAYMENT_INVALID` naming path and rule.
 * @example const payment = ChannelPayment.parse(JSON.parse(header))
 */
export const parse = (input: unknown): ChannelPayment => parseMessage('ChannelPayment', schema, input)

/**
 * Writes a payment as a JSON value: the inverse of `parse`.
 *
 * @throws `CHANNEL_PAYMENT_INVALID` for a value out of the schema.
 * @example const header = JSON.stringify(ChannelPayment.toJson(payment))
 */
export const toJson = (payment: ChannelPayment): z.input<typeof schema> =>
  writeJson('ChannelPayment', schema, payment)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `CHANNEL_PAYMENT_INVALID` for a value out of the schema.
 * @example const bytes = ChannelPayment.canonical(payment)
 */
export const canonical = (payment: ChannelPayment): Uint8Array =>
  toCanonicalBytes('ChannelPayment', schema, payment)
