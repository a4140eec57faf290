import { type Address, getAddress } from 'viem'
import type { Writer } from '../client.ts'
import { createKeyedLock } from '../utils/keyedLock.ts'
import type { DeskOrderRecord } from './deskOrderRecord.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { createOrderLedger } from './orderLedger.ts'
import type { OrderReply } from './orderReply.ts'
import type { OrderStore } from './orderStore.ts'
import { recallBriefly } from './recallBriefly.ts'
import { type ReconcileOutcome, reconcileRecords } from './reconcileRecords.ts'
import { type ServeOrderOptions, serveOrder } from './serveOrder.ts'
import { type SettleOutcome, settleRecords } from './settleRecords.ts'
import { type WatchDeskOptions, watchDesk } from './watchDesk.ts'

export type CreateOrderDeskParameters = {
  /** Who is paid; the client's account by default, which otherwise is a service key of it. */
  provider?: Address | undefined
  /** Where orders are kept: who loses them loses what was not settled. One process at a time uses it. */
  store: OrderStore<DeskOrderRecord>
  /** Most that one client may owe, in USDC 1e-6; its reserve bounds it as well. */
  maxClientUsdc: bigint
  /** Most that all clients together may owe, in USDC 1e-6. */
  maxTotalUsdc: bigint
  /** How much of a client's reserve counts, for other providers may hold orders on the same; 10,000 by default, which is all of it. */
  reserveShareBps?: number | undefined
  /** Least time that an order leaves, in seconds; 1,800 by default. More than `settleMarginSeconds` and the longest work. */
  minOrderSeconds?: number | undefined
  /** How long before the end of an order it is settled, in seconds; 900 by default: longer than the chain may stand still. */
  settleMarginSeconds?: number | undefined
  /** Sum of served orders at which they are settled, in USDC 1e-6; half of `maxTotalUsdc` by default. */
  settleAboveUsdc?: bigint | undefined
  /** How long after it was taken a served order, and all with it, is settled, in seconds; 3,600 by default. */
  settleAfterSeconds?: number | undefined
  /** Most orders in one transaction, 100 by default. */
  maxRows?: number | undefined
  /** Whether orders of accounts with code (EIP-1271) are taken: each is settled at once. `false` by default. */
  takesCode?: boolean | undefined
  /** How old what the chain said may be, 1,000 by default; with 0 every request asks the chain. */
  chainStateMaxAgeMs?: number | undefined
  /** Unix milliseconds, for the age of what the chain said; `Date.now` by default. */
  now?: (() => number) | undefined
}

/** The provider's side of all orders of one provider. */
export type OrderDesk = {
  readonly provider: Address
  /** Serves one request; requests run side by side. */
  serve<T>(options: ServeOrderOptions<T>): Promise<OrderReply<T>>
  /** Settles everything that was served. */
  settleAll(): Promise<SettleOutcome>
  /** Compares the books with the final state of the chain; `watch` does so by itself. */
  reconcile(): Promise<ReconcileOutcome>
  /** What is in the books, and what clients owe in all, in USDC 1e-6. */
  getBooks(): Promise<{ records: readonly DeskOrderRecord[]; creditUsdc: bigint }>
  /** Settles when it is due, and at once when a client takes money or nonces back, or a fee or a model changes; the answer ends it. */
  watch(options?: WatchDeskOptions): () => void
  /** Takes no further order, waits for those that are being served and settles everything: before the service key is revoked, and before the process ends. */
  close(): Promise<SettleOutcome>
}

/**
 * The provider's side of orders: checks an order before it serves it (signature, time, rates, model, nonce, reserve), lets no client owe
 * more than its cap and its reserve allow, stores an order before it serves and what it charges before it answers, and settles in batches.
 * What would not be paid is left out of a batch. After a crash nothing is lost, and nothing is paid twice.
 *
 * A client's reserve backs its orders with every provider: the caps are what may be lost.
 *
 * @param client A client with an account that sends settlements.
 * @returns `serve`, `watch` and the rest; nothing is sent before a settlement.
 * @throws From `serve`: `ORDER_CONFLICT` when another process took the same order, or the code of a chain that is down; what the work throws
 *   is answered as `failed`. From `settleAll`: what `settleOrders` and `waitForTransaction` throw.
 * @example
 * const desk = createOrderDesk(writer, { store, maxClientUsdc: 1_000_000n, maxTotalUsdc: 50_000_000n })
 * const unwatch = desk.watch({ onError: (error) => logger.error(error) })
 * const reply = await desk.serve({ signedOrder, priceUsdc: 3_000n, handle: ({ orderId, order }) => run(orderId, order) })
 */
export function createOrderDesk(client: Writer, parameters: CreateOrderDeskParameters): OrderDesk {
  const context = toContext(client, parameters)
  const { serving } = context
  const settleAll = () => settleRecords(context, () => true)
  return {
    provider: context.provider,
    serve: (options) => {
      const reply = serveOrder(context, options)
      serving.add(reply)
      void reply.catch(() => undefined).then(() => serving.delete(reply))
      return reply
    },
    settleAll,
    reconcile: () => reconcileRecords(context),
    getBooks: async () => {
      await context.ledger.load()
      return { records: context.ledger.all(), creditUsdc: context.ledger.creditUsdc() }
    },
    watch: (options = {}) => watchDesk(context, options),
    close: async () => {
      context.isClosed = true
      await Promise.allSettled(serving)
      return settleAll()
    },
  }
}

function toContext(client: Writer, parameters: CreateOrderDeskParameters): OrderDeskContext {
  const { store, maxClientUsdc, maxTotalUsdc, now = Date.now } = parameters
  const provider = getAddress(parameters.provider ?? client.account.address)
  const recall = recallBriefly({ maxAgeMs: parameters.chainStateMaxAgeMs ?? 1_000, now })
  const context: OrderDeskContext = {
    client,
    provider,
    store,
    policy: {
      maxClientUsdc,
      maxTotalUsdc,
      reserveShareBps: parameters.reserveShareBps ?? 10_000,
      minOrderSeconds: parameters.minOrderSeconds ?? 1_800,
      settleMarginSeconds: parameters.settleMarginSeconds ?? 900,
      settleAboveUsdc: parameters.settleAboveUsdc ?? maxTotalUsdc / 2n,
      settleAfterSeconds: parameters.settleAfterSeconds ?? 3_600,
      maxRows: parameters.maxRows ?? 100,
      takesCode: parameters.takesCode ?? false,
    },
    lock: createKeyedLock(),
    ledger: createOrderLedger(store, provider),
    recall: (key, read) => recall(`${context.epoch} ${key}`, read),
    leaving: new Set(),
    changedModels: new Set(),
    stuck: new Set(),
    serving: new Set(),
    epoch: 0,
    isClosed: false,
    isUrgent: false,
  }
  return context
}
