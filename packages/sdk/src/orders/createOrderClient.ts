import type { Address, Hash } from 'viem'
import { finishRelease } from '../actions/finishRelease.ts'
import { reserve } from '../actions/reserve.ts'
import { startRelease } from '../actions/startRelease.ts'
import type { Writer } from '../client.ts'
import { toSigner } from '../crypto/toSigner.ts'
import type { SignedOrder } from '../messages/signedOrder.ts'
import { createKeyedLock } from '../utils/keyedLock.ts'
import { type CancelOrdersOptions, finishCancels, startCancels } from './cancelOrders.ts'
import type { ClientOrderRecord } from './clientOrderRecord.ts'
import type { OrderClientContext } from './orderClientContext.ts'
import type { ClientOrderStore } from './orderStore.ts'
import { outstandingUsdc } from './outstandingUsdc.ts'
import { ownOrders } from './ownOrders.ts'
import { type PayWithOrderOptions, payWithOrder } from './payWithOrder.ts'
import { type SignOrderOptions, signOrder } from './signOrder.ts'
import { type SyncOutcome, syncOrders } from './syncOrders.ts'

export type CreateOrderClientParameters = {
  /** Where signed orders are kept and nonces counted. */
  store: ClientOrderStore
  /** Most that one order may cost, in USDC 1e-6. */
  maxOrderUsdc: bigint
  /** Most that all orders whose end is not known may cost together, in USDC 1e-6; the reserve bounds it as well. */
  maxOutstandingUsdc: bigint
}

/** The client's side of orders. */
export type OrderClient = {
  readonly address: Address
  /** Signs an order and sends it with a request; requests run side by side. */
  pay<T>(options: PayWithOrderOptions<T>): Promise<T>
  /** Signs an order alone: `pay` without the sending. */
  sign(options: SignOrderOptions): Promise<SignedOrder>
  /** Orders whose end is not known, those of unfair providers, and the most that they may still cost. */
  getOutstanding(): Promise<{ records: readonly ClientOrderRecord[]; outstandingUsdc: bigint }>
  /** Looks up what was settled, cancelled or lapsed since, as far as it is final. */
  sync(): Promise<SyncOutcome>
  /** Sets available balance of the escrow apart for orders. */
  reserve(options: { amountUsdc: bigint }): Promise<Hash>
  /** Announces that it shall be available again. */
  startRelease(options: { amountUsdc: bigint }): Promise<Hash>
  /** Makes it available after the delay. */
  finishRelease(): Promise<Hash>
  /** Announces the cancellation of what was not served, and waits until it is mined. */
  startCancels(options?: CancelOrdersOptions): Promise<readonly Hash[]>
  /** Finishes the announced cancellations that are ripe. */
  finishCancels(): Promise<readonly Hash[]>
}

/**
 * The client's side of orders: signs orders that draw on its reserve, within a budget, each with a nonce of its own, and knows what is
 * outstanding. What it signs is stored before it signs. Nonces stand close together, which makes their settlement cheap.
 *
 * A provider that settled more than it served for gets no further order.
 *
 * @param client A client with an account, whose key signs the orders.
 * @returns `pay` and what is known about the orders; nothing is sent before a method is called.
 * @throws From `pay`: `ORDER_BUDGET_EXCEEDED` and `ORDER_PROVIDER_UNFAIR` (nothing was signed), `ORDER_REFUSED`, `ORDER_REQUEST_FAILED` (not
 *   charged), and what `send` throws.
 * @example
 * const orders = createOrderClient(writer, { store, maxOrderUsdc: 5_000n, maxOutstandingUsdc: 100_000n })
 * await orders.reserve({ amountUsdc: 1_000_000n })
 * const answer = await orders.pay({ provider, modelKey, inputCommit, priceUsdc: 3_000n, send: (order) => ask(endpoint, question, order) })
 */
export function createOrderClient(client: Writer, parameters: CreateOrderClientParameters): OrderClient {
  const signer = toSigner(client)
  const lock = createKeyedLock()
  const context: OrderClientContext = { client, signer, lock, ...parameters }
  const inTurn = <T>(task: () => Promise<T>) => lock(signer.address, task)
  return {
    address: signer.address,
    pay: (options) => payWithOrder(context, options),
    sign: (options) => inTurn(() => signOrder(context, options)),
    getOutstanding: async () => {
      const records = await ownOrders(context)
      return { records, outstandingUsdc: outstandingUsdc(records) }
    },
    sync: () => inTurn(() => syncOrders(context)),
    reserve: (options) => reserve(client, options),
    startRelease: (options) => startRelease(client, options),
    finishRelease: () => finishRelease(client),
    startCancels: (options) => inTurn(() => startCancels(context, options)),
    finishCancels: () => inTurn(() => finishCancels(context)),
  }
}
