import * as z from 'zod'
import { hex32, signature, smallUint, uint } from '../messages/fields.ts'
import { schema as orderSchema } from '../messages/jobOrder.ts'

/** What a provider keeps of an order that it took. */
export const deskOrderRecordSchema = z.strictObject({
  orderId: hex32,
  order: orderSchema,
  signature,
  /** `code`: the client is an account with code, whose order has to be settled at once. */
  signedBy: z.enum(['key', 'code']),
  /** Latest block when it was taken. */
  takenAtBlock: uint(64),
  /** When it was taken, unix seconds of the chain. */
  takenAt: smallUint(40),
  /** Unix seconds of the chain until which it can be settled: `submitBy`, or earlier if its rates end earlier. */
  settleBy: smallUint(40),
  /** `taken`: being served; `served`: to be settled; `settled`: paid in a block that is not final yet. */
  state: z.enum(['taken', 'served', 'settled']),
  /** Set when it is served. */
  served: z
    .strictObject({
      /** In USDC 1e-6. */
      chargedUsdc: uint(64),
      resultCommit: hex32,
    })
    .optional(),
})

/** What a provider keeps of an order that it took. */
export type DeskOrderRecord = Readonly<z.output<typeof deskOrderRecordSchema>>

/** A record of an order that was served. */
export type ServedRecord = DeskOrderRecord & { readonly served: NonNullable<DeskOrderRecord['served']> }
