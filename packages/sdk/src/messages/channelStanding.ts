import * as z from 'zod'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { signature, uint } from './fields.ts'

/**
 * Where a channel stands in its receiver's books: what was charged so far, in USDC 1e-6, and the signature of the voucher of that very
 * amount. Without a signature the amount is what the chain says was claimed.
 */
export const schema = z.strictObject({
  chargedCumulativeAmount: uint(128),
  signature: signature.optional(),
})

/** Where a channel stands in its receiver's books. */
export type ChannelStanding = Readonly<z.output<typeof schema>>

/**
 * Reads a standing from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `CHANNEL_STANDING_INVALID` naming path and rule.
 * @example const standing = ChannelStanding.parse(problem.standing)
 */
export const parse = (input: unknown): ChannelStanding => parseMessage('ChannelStanding', schema, input)

/**
 * Writes a standing as a JSON value: the inverse of `parse`.
 *
 * @throws `CHANNEL_STANDING_INVALID` for a value out of the schema.
 * @example reply.code(402).send({ standing: ChannelStanding.toJson(standing) })
 */
export const toJson = (standing: ChannelStanding): z.input<typeof schema> =>
  writeJson('ChannelStanding', schema, standing)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `CHANNEL_STANDING_INVALID` for a value out of the schema.
 * @example const bytes = ChannelStanding.canonical(standing)
 */
export const canonical = (standing: ChannelStanding): Uint8Array =>
  toCanonicalBytes('ChannelStanding', schema, standing)
