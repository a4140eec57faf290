import { isAddressEqual } from 'viem'
import { getBlock } from 'viem/actions'
import { getEscrowAccount } from '../actions/getEscrowAccount.ts'
import { getFeeBps } from '../actions/getFeeBps.ts'
import { getOrderNonces } from '../actions/getOrderNonces.ts'
import { isServiceKeyValid } from '../actions/isServiceKeyValid.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import * as JobOrder from '../messages/jobOrder.ts'
import type { SignedOrder } from '../messages/signedOrder.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import type { OrderRefusal } from './orderReply.ts'
import { orderWord } from './orderWord.ts'
import { ratesUntil } from './ratesUntil.ts'
import { readModel } from './readModel.ts'

/** An order that the chain would pay now, and how much of its client's reserve stands behind all orders here. */
export type CheckedOrder = { readonly record: DeskOrderRecord; readonly coveredUsdc: bigint }

/** Checks all of an order that does not depend on other orders here: the record to keep, or why it is refused. */
export async function checkOrder(
  context: OrderDeskContext,
  { order, signature }: SignedOrder,
  priceUsdc: bigint,
): Promise<CheckedOrder | OrderRefusal> {
  if (!isAddressEqual(order.provider, context.provider)) return 'provider'
  if (order.price < priceUsdc) return 'price'
  const signedBy = await signedByOf(context, { order, signature })
  if (signedBy === undefined) return 'signature'
  const block = await readBlock(context)
  const now = Number(block.timestamp)
  if (order.submitBy < now + context.policy.minOrderSeconds) return 'late'
  if (!(await speaksForProvider(context, now))) return 'closed'
  const settleBy = await settleByOf(context, order, now)
  if (typeof settleBy === 'string') return settleBy
  const fault = await nonceFault(context, order)
  if (fault !== undefined) return fault
  const orderId = JobOrder.hash(context.client.dim, order) as DeskOrderRecord['orderId']
  const taken = { takenAtBlock: block.number, takenAt: now, settleBy, state: 'taken' } as const
  return {
    record: { orderId, order, signature, signedBy, ...taken },
    coveredUsdc: await coveredOf(context, order),
  }
}

async function signedByOf(
  { client, policy }: OrderDeskContext,
  { order, signature }: SignedOrder,
): Promise<DeskOrderRecord['signedBy'] | undefined> {
  const asked = { signature, signer: order.client }
  if (await JobOrder.verify(client.dim, order, asked)) return 'key'
  if (!policy.takesCode) return undefined
  return (await JobOrder.verify(client.dim, order, { ...asked, client })) ? 'code' : undefined
}

const readBlock = ({ client, recall }: OrderDeskContext) =>
  recall('block', async () => {
    try {
      return await getBlock(client, { blockTag: 'latest' })
    } catch (error) {
      throw decodeRevert(error, 'Reading the time of the chain')
    }
  })

/** Who cannot settle takes no order. */
async function speaksForProvider(
  { client, provider, recall }: OrderDeskContext,
  at: number,
): Promise<boolean> {
  const serviceKey = client.account.address
  if (isAddressEqual(serviceKey, provider)) return true
  return recall('key', () => isServiceKeyValid(client, { provider, serviceKey, at }))
}

async function settleByOf(
  context: OrderDeskContext,
  order: JobOrder.JobOrder,
  now: number,
): Promise<number | OrderRefusal> {
  const { client, recall, policy } = context
  const [terms, feeBps] = await Promise.all([
    readModel(context, order.modelKey),
    recall('fee', () => getFeeBps(client)),
  ])
  if (terms?.status !== 'active' || terms.policy !== 'public') return 'model'
  const until = await ratesUntil(context, order, { feeBps, royaltyBps: terms.royaltyBps })
  if (until < now + policy.minOrderSeconds) return 'rates'
  return Math.min(order.submitBy, until)
}

/** A cancellation that was called off counts until that is final. */
async function nonceFault(
  { client, recall }: OrderDeskContext,
  order: JobOrder.JobOrder,
): Promise<OrderRefusal | undefined> {
  const { word, bit } = orderWord(order.nonce)
  const asked = { account: order.client, word }
  const [latest, final] = await recall(`nonces ${order.client} ${word}`, () =>
    Promise.all([getOrderNonces(client, asked), getOrderNonces(client, { ...asked, blockTag: 'finalized' })]),
  )
  if (((latest.used | final.used) & bit) !== 0n) return 'nonce'
  return ((latest.cancelling | final.cancelling) & bit) === 0n ? undefined : 'cancelling'
}

/** What a release or a settlement takes away counts at once, what was reserved or called off only when that is final. */
async function coveredOf(
  { client, recall, policy }: OrderDeskContext,
  { client: account }: JobOrder.JobOrder,
) {
  const [latest, final] = await recall(`reserve ${account}`, () =>
    Promise.all([
      getEscrowAccount(client, { account }),
      getEscrowAccount(client, { account, blockTag: 'finalized' }),
    ]),
  )
  const reservedUsdc = final.reservedUsdc < latest.reservedUsdc ? final.reservedUsdc : latest.reservedUsdc
  const releasingUsdc =
    final.releasingUsdc > latest.releasingUsdc ? final.releasingUsdc : latest.releasingUsdc
  const freeUsdc = reservedUsdc > releasingUsdc ? reservedUsdc - releasingUsdc : 0n
  return (freeUsdc * BigInt(policy.reserveShareBps)) / 10_000n
}
