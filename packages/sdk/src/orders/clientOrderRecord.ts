import * as z from 'zod'
import { hex32, uint } from '../messages/fields.ts'
import { schema as orderSchema } from '../messages/jobOrder.ts'

/** What a client keeps of an order that it signed. */
export const clientOrderRecordSchema = z.strictObject({
  orderId: hex32,
  order: orderSchema,
  /** Latest block when it was signed. */
  signedAtBlock: uint(64),
  /**
   * `open`: the provider's answer is not known; `unserved`: it refused or failed, and could settle all the same; `unfair`: it settled more
   * than it served for.
   */
  state: z.enum(['open', 'served', 'unserved', 'unfair']),
  /** What the provider said that it charges, in USDC 1e-6. */
  chargedUsdc: uint(64).optional(),
  /** What the provider said that it commits to. */
  resultCommit: hex32.optional(),
})

/** What a client keeps of an order that it signed. */
export type ClientOrderRecord = Readonly<z.output<typeof clientOrderRecordSchema>>
