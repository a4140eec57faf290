import { OrderRefusedError } from '../errors/orderRefused.ts'
import { OrderRequestFailedError } from '../errors/orderRequestFailed.ts'
import * as JobOrder from '../messages/jobOrder.ts'
import type { SignedOrder } from '../messages/signedOrder.ts'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'
import type { OrderReply } from './orderReply.ts'
import { type SignOrderOptions, signOrder } from './signOrder.ts'

/** One request that an order pays for. */
export type PayWithOrderOptions<T> = SignOrderOptions & {
  /** Sends the request with the order and answers what the provider said; what it throws leaves the outcome open. */
  send: (signedOrder: SignedOrder) => Promise<OrderReply<T>>
}

/** Signs an order, sends it with the request, and notes what the provider said. */
export async function payWithOrder<T>(
  context: OrderClientContext,
  options: PayWithOrderOptions<T>,
): Promise<T> {
  const { client, signer, lock } = context
  const signedOrder = await lock(signer.address, () => signOrder(context, options))
  const orderId = JobOrder.hash(client.dim, signedOrder.order) as ClientOrderRecord['orderId']
  const reply = await options.send(signedOrder)
  if (reply.status !== 'served') {
    await note(context, orderId, { state: 'unserved' })
    if (reply.status === 'refused') throw new OrderRefusedError(orderId, reply.reason)
    throw new OrderRequestFailedError(orderId, reply.error)
  }
  // The contract pays no more than the price, whatever the provider says.
  const chargedUsdc = reply.chargedUsdc < options.priceUsdc ? reply.chargedUsdc : options.priceUsdc
  const resultCommit = reply.resultCommit as NonNullable<ClientOrderRecord['resultCommit']>
  await note(context, orderId, { state: 'served', chargedUsdc, resultCommit })
  return reply.value
}

/** An order that was settled before its answer came is over, and stays so. */
async function note(
  { store, lock, signer }: OrderClientContext,
  orderId: ClientOrderRecord['orderId'],
  change: Partial<ClientOrderRecord>,
): Promise<void> {
  await lock(signer.address, async () => {
    const record = await store.get(orderId)
    if (record?.state === 'open')
      await store.update(orderId, (stored) => ({ ...(stored ?? record), ...change }))
  })
}
