import * as z from 'zod'
import { schema as configSchema } from '../messages/channelConfig.ts'
import { hex32, signature, uint } from '../messages/fields.ts'

const storedVoucher = z.strictObject({
  maxClaimableAmount: uint(128),
  signature,
  /** `code`: the signer is an account with code, whose voucher has to be claimed at once. */
  signedBy: z.enum(['key', 'code']),
})

/** A voucher in a receiver's books. */
export type StoredVoucher = Readonly<z.output<typeof storedVoucher>>

/** What a receiver keeps of a channel; amounts in USDC 1e-6, cumulative. */
export const receiverRecordSchema = z.strictObject({
  channelId: hex32,
  config: configSchema,
  /** What it served for so far. */
  chargedUsdc: uint(128),
  /** What the chain has recorded of it, as far as is known here. */
  claimedUsdc: uint(128),
  /** The voucher of the amount that was charged. */
  voucher: storedVoucher.optional(),
  /** The voucher of a request that is being served; it counts for nothing until the request succeeded. */
  pending: storedVoucher.optional(),
})

/** What a receiver keeps of a channel. */
export type ReceiverRecord = Readonly<z.output<typeof receiverRecordSchema>>
