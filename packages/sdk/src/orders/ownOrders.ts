import { isAddressEqual } from 'viem'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'

/** Records of the account that signs; a store may hold those of others too. */
export async function ownOrders({
  store,
  signer,
}: OrderClientContext): Promise<readonly ClientOrderRecord[]> {
  return (await store.list()).filter(({ order }) => isAddressEqual(order.client, signer.address))
}
