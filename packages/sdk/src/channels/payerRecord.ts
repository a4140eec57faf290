import * as z from 'zod'
import { schema as configSchema } from '../messages/channelConfig.ts'
import { hex32, uint } from '../messages/fields.ts'

/** Why a payer signs nothing more in a channel. */
export const stopReasons = ['sum', 'overcharged', 'unproven', 'overclaimed'] as const
export type StopReason = (typeof stopReasons)[number]

/** What a payer keeps of a channel; amounts in USDC 1e-6, cumulative. */
export const payerRecordSchema = z.strictObject({
  channelId: hex32,
  config: configSchema,
  /** What it was served for so far. */
  chargedUsdc: uint(128),
  /** The most that it ever signed. */
  signedUsdc: uint(128),
  /** What a request whose outcome is unknown may add to what was charged; 0 if there is none. */
  outstandingUsdc: uint(128),
  /** `new` until the receiver answered for the first time: what was signed before this record began is unknown. */
  history: z.enum(['new', 'known']),
  stopped: z.enum(stopReasons).optional(),
})

/** What a payer keeps of a channel. */
export type PayerRecord = Readonly<z.output<typeof payerRecordSchema>>
