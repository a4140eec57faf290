import { type Address, bytesToBigInt, getAddress, type Hex, isAddressEqual } from 'viem'
import { getBlock } from 'viem/actions'
import { getEscrowAccount } from '../actions/getEscrowAccount.ts'
import { getFeeBps } from '../actions/getFeeBps.ts'
import { getModelTerms } from '../actions/getModelTerms.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { OrderBudgetExceededError } from '../errors/orderBudgetExceeded.ts'
import { OrderProviderUnfairError } from '../errors/orderProviderUnfair.ts'
import * as JobOrder from '../messages/jobOrder.ts'
import type { SignedOrder } from '../messages/signedOrder.ts'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'
import { outstandingUsdc } from './outstandingUsdc.ts'
import { ownOrders } from './ownOrders.ts'
import { syncOrders } from './syncOrders.ts'

/** What a client orders. */
export type SignOrderOptions = {
  /** Runs the model, and alone can settle. */
  provider: Address
  /** SHA-256 of the manifest; the model is active and public. */
  modelKey: Hex
  /** `TensorSet.inputCommit` of the input. */
  inputCommit: Hex
  /** Most that it may cost, in USDC 1e-6. */
  priceUsdc: bigint
  /** How long the provider has to serve and settle, in seconds of the chain; 86,400 by default. */
  validForSeconds?: number | undefined
}

/** Signs one order at the current rates; that it signs is stored before it does. */
export async function signOrder(
  context: OrderClientContext,
  options: SignOrderOptions,
): Promise<SignedOrder> {
  const { client, signer, store } = context
  const { provider, priceUsdc } = options
  assertWithin('order', priceUsdc, context.maxOrderUsdc)
  await assertFair(context, provider)
  await assertBudget(context, priceUsdc)
  const { number: signedAtBlock, order } = await termsOf(context, options)
  const orderId = JobOrder.hash(client.dim, order) as ClientOrderRecord['orderId']
  await store.update(orderId, () => ({ orderId, order, signedAtBlock, state: 'open' }))
  const signature = await JobOrder.sign(client.dim, order, signer)
  return { order, signature: signature as SignedOrder['signature'] }
}

async function termsOf(
  context: OrderClientContext,
  { provider, modelKey, inputCommit, priceUsdc, validForSeconds = 86_400 }: SignOrderOptions,
) {
  const { client, signer, store } = context
  const [block, feeBps, { royaltyBps }] = await Promise.all([
    latestBlock(context),
    getFeeBps(client),
    getModelTerms(client, { modelKey }),
  ])
  const order = JobOrder.parse({
    client: getAddress(signer.address),
    provider: getAddress(provider),
    modelKey,
    inputCommit,
    price: `${priceUsdc}`,
    submitBy: Number(block.timestamp) + validForSeconds,
    feeBps,
    royaltyBps,
    nonce: `${await store.takeNonce(signer.address, unusedWord() << 8n)}`,
  })
  return { number: block.number, order }
}

async function latestBlock({ client }: OrderClientContext) {
  try {
    return await getBlock(client, { blockTag: 'latest' })
  } catch (error) {
    throw decodeRevert(error, 'Reading the time of the chain')
  }
}

/** Of 2^80 words; so who lost its store, or has several, meets no nonce again. */
const unusedWord = (): bigint => bytesToBigInt(crypto.getRandomValues(new Uint8Array(10)))

async function assertFair(context: OrderClientContext, provider: Address): Promise<void> {
  const unfair = (await ownOrders(context)).find(
    ({ state, order }) => state === 'unfair' && isAddressEqual(order.provider, provider),
  )
  if (unfair !== undefined) throw new OrderProviderUnfairError(provider, unfair.orderId)
}

/** What was settled or lapsed in the meantime makes room, which is looked for only where room is short. */
async function assertBudget(context: OrderClientContext, priceUsdc: bigint): Promise<void> {
  const { client, signer, maxOutstandingUsdc } = context
  const { reservedUsdc, releasingUsdc } = await getEscrowAccount(client, { account: signer.address })
  const coveredUsdc = reservedUsdc - releasingUsdc
  const neededUsdc = async () => outstandingUsdc(await ownOrders(context)) + priceUsdc
  const before = await neededUsdc()
  if (before <= maxOutstandingUsdc && before <= coveredUsdc) return
  await syncOrders(context)
  const after = await neededUsdc()
  assertWithin('outstanding', after, maxOutstandingUsdc)
  assertWithin('reserve', after, coveredUsdc)
}

function assertWithin(limit: 'order' | 'outstanding' | 'reserve', amountUsdc: bigint, capUsdc: bigint): void {
  if (amountUsdc < 0n || amountUsdc > capUsdc)
    throw new OrderBudgetExceededError(limit, { amountUsdc, capUsdc })
}
