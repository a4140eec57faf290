import { getEscrowAccount } from '../actions/getEscrowAccount.ts'
import { simulateSettleOrders } from '../actions/simulateSettleOrders.ts'
import { ContractRevertError } from '../errors/contractRevert.ts'
import type { ServedRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { toSettlement } from './toSettlement.ts'

/** Those of a batch that the contract would pay now, found by simulation. */
export async function payableRecords(
  context: OrderDeskContext,
  records: readonly ServedRecord[],
): Promise<readonly ServedRecord[]> {
  if (records.length === 0 || (await countPaid(context, records)) === records.length) return records
  const alone = await Promise.all(records.map((record) => countPaid(context, [record])))
  return withinReserve(
    context,
    records.filter((_, i) => alone[i] === 1),
  )
}

/** A row that its client did not sign undoes the whole call: an order can be such if the account gave its code away since. */
async function countPaid({ client }: OrderDeskContext, records: readonly ServedRecord[]): Promise<number> {
  try {
    return await simulateSettleOrders(client, { settlements: records.map(toSettlement) })
  } catch (error) {
    if (error instanceof ContractRevertError && error.errorName === 'BadRowSignature') return 0
    throw error
  }
}

/** Each alone may be covered and all together not: then as many as the reserve pays. */
async function withinReserve(
  { client }: OrderDeskContext,
  records: readonly ServedRecord[],
): Promise<readonly ServedRecord[]> {
  const left = new Map<string, bigint>()
  for (const account of new Set(records.map(({ order }) => order.client))) {
    left.set(account, (await getEscrowAccount(client, { account })).reservedUsdc)
  }
  return records.filter(({ order, served }) => {
    const restUsdc = (left.get(order.client) ?? 0n) - served.chargedUsdc
    if (restUsdc >= 0n) left.set(order.client, restUsdc)
    return restUsdc >= 0n
  })
}
