import { isAddressEqual } from 'viem'
import type { SignedOrder } from '../messages/signedOrder.ts'
import { type CheckedOrder, checkOrder } from './checkOrder.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import type { OrderRefusal } from './orderReply.ts'

/** Takes an order into the books before it is served, or says why not. What depends on other orders is decided one at a time. */
export async function takeOrder(
  context: OrderDeskContext,
  signedOrder: SignedOrder,
  priceUsdc: bigint,
): Promise<DeskOrderRecord | OrderRefusal> {
  if (context.isClosed) return 'closed'
  await context.ledger.load()
  const { epoch } = context
  const checked = await checkOrder(context, signedOrder, priceUsdc)
  if (typeof checked === 'string') return checked
  const taken = await context.lock('take', async () => {
    if (context.epoch !== epoch) return 'outdated'
    const fault = faultAmongOthers(context, checked)
    if (fault !== undefined) return fault
    await context.ledger.add(checked.record)
    return checked.record
  })
  return taken === 'outdated' ? takeOrder(context, signedOrder, priceUsdc) : taken
}

function faultAmongOthers(
  { ledger, policy, isClosed }: OrderDeskContext,
  { record: { order, signedBy }, coveredUsdc }: CheckedOrder,
): OrderRefusal | undefined {
  if (isClosed) return 'closed'
  if (ledger.hasNonce(order)) return 'nonce'
  if (signedBy === 'code' && ledger.all().some((other) => isOpenCode(other, order.client))) return 'unsettled'
  const creditUsdc = ledger.creditUsdc(order.client) + order.price
  if (creditUsdc > policy.maxClientUsdc) return 'credit'
  if (ledger.creditUsdc() + order.price > policy.maxTotalUsdc) return 'credit'
  return creditUsdc > coveredUsdc ? 'reserve' : undefined
}

const isOpenCode = (
  { signedBy, state, order }: DeskOrderRecord,
  client: DeskOrderRecord['order']['client'],
) => signedBy === 'code' && state !== 'settled' && isAddressEqual(order.client, client)
