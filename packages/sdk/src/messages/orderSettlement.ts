import * as z from 'zod'
import { parseMessage, toJson as writeJson } from './codec.ts'
import { hex32, signature, uint } from './fields.ts'
import { schema as orderSchema } from './jobOrder.ts'

/** A served order as `settleOrders` takes it; `charged` in USDC 1e-6, at most the order's price. */
export const schema = z.strictObject({
  order: orderSchema,
  resultCommit: hex32,
  charged: uint(64),
  clientSignature: signature,
})

/** A served order as `settleOrders` takes it; `charged` in USDC 1e-6, at most the order's price. */
export type OrderSettlement = Readonly<z.output<typeof schema>>

/**
 * Reads a settlement from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `ORDER_SETTLEMENT_INVALID` naming path and rule.
 * @example const settlement = OrderSettlement.parse(await response.json())
 */
export const parse = (input: unknown): OrderSettlement => parseMessage('OrderSettlement', schema, input)

/**
 * Writes a settlement as a JSON value: the inverse of `parse`.
 *
 * @throws `ORDER_SETTLEMENT_INVALID` for a value out of the schema.
 * @example await writeFile('settlement.json', JSON.stringify(OrderSettlement.toJson(settlement)))
 */
export const toJson = (settlement: OrderSettlement): z.input<typeof schema> =>
  writeJson('OrderSettlement', schema, settlement)
