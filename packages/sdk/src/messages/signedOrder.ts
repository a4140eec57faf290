import * as z from 'zod'
import { parseMessage, toJson as writeJson } from './codec.ts'
import { signature } from './fields.ts'
import { schema as orderSchema } from './jobOrder.ts'

/** What a client hands to a provider to pay for one job: an order and its signature. */
export const schema = z.strictObject({ order: orderSchema, signature })

/** What a client hands to a provider to pay for one job: an order and its signature. */
export type SignedOrder = Readonly<z.output<typeof schema>>

/**
 * Reads a signed order from a parsed JSON value; bigints are decimal strings there. The signature is not checked: `JobOrder.verify` does.
 *
 * @throws `SIGNED_ORDER_INVALID` naming path and rule.
 * @example const { order, signature } = SignedOrder.parse(await request.json())
 */
export const parse = (input: unknown): SignedOrder => parseMessage('SignedOrder', schema, input)

/**
 * Writes a signed order as a JSON value: the inverse of `parse`.
 *
 * @throws `SIGNED_ORDER_INVALID` for a value out of the schema.
 * @example const body = JSON.stringify(SignedOrder.toJson(signedOrder))
 */
export const toJson = (signedOrder: SignedOrder): z.input<typeof schema> =>
  writeJson('SignedOrder', schema, signedOrder)
