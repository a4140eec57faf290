import * as dim from '@dim/sdk'
import { type Address, type Hex, sha256, toHex } from 'viem'
import { startChain } from './chain.ts'

/** Whole USDC in 1e-6. */
export const usdc = (amount: number): bigint => BigInt(amount) * 1_000_000n

/** What a rate takes of an amount, rounded down. */
export const shareOf = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / 10_000n

/** Stands for the end of a process in the middle of its work. */
export class Crash extends dim.BaseError {
  override readonly code = 'CRASH'
}

/** What a test's order may cost, what is charged for it, and the royalty of its model. */
export const orderTerms = {
  price: 3_000n,
  charge: 2_500n,
  modelKey: `0x${'ab'.repeat(32)}`,
  royaltyBps: 250,
} as const

const { price, charge, modelKey, royaltyBps } = orderTerms

export type OrderHandle = Parameters<dim.OrderDesk['serve']>[0]['handle']
export type OrderWorld = Awaited<ReturnType<typeof startOrderWorld>>

/** A chain with a model, a provider and two clients, each with 1 of its 10 USDC reserved. */
export async function startOrderWorld() {
  const chain = await startChain()
  const writers = chain.accounts.slice(0, 5).map((account) => chain.writer(account))
  const [owner, alice, bob, provider, modelOwner] = writers as [
    dim.Writer,
    dim.Writer,
    dim.Writer,
    dim.Writer,
    dim.Writer,
  ]
  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  await mined(dim.registerModel(modelOwner, { modelKey, floorUsdc: 1_000n, royaltyBps, policy: 'public' }))
  for (const writer of [alice, bob]) {
    await mined(dim.approveUsdc(writer, { spender: chain.deployment.jobEscrow, amountUsdc: usdc(10) }))
    await mined(dim.deposit(writer, { amountUsdc: usdc(10) }))
    await mined(dim.reserve(writer, { amountUsdc: usdc(1) }))
  }
  const terms = (priceUsdc: bigint = price) => ({
    provider: provider.account.address,
    modelKey,
    inputCommit: toHex(1, { size: 32 }),
    priceUsdc,
  })
  const commitOf = (orderId: Hex) => sha256(orderId)
  const answer: OrderHandle = async ({ orderId }) => ({
    value: 'answer',
    chargedUsdc: charge,
    resultCommit: commitOf(orderId),
  })
  const accountOf = (account: Address) => dim.getEscrowAccount(chain.reader, { account })
  let snapshot: Hex
  const world = {
    ...{ chain, owner, alice, bob, provider, modelOwner, mined, terms, commitOf, answer, accountOf },
    ...emptyStores(),
    openClient: (writer = alice, options: Partial<dim.CreateOrderClientParameters> = {}) =>
      dim.createOrderClient(writer, {
        store: world.clientStore,
        maxOrderUsdc: 10_000n,
        maxOutstandingUsdc: usdc(1),
        ...options,
      }),
    openDesk: (options: Partial<dim.CreateOrderDeskParameters> = {}, writer = provider) =>
      dim.createOrderDesk(writer, {
        store: world.deskStore,
        maxClientUsdc: usdc(1),
        maxTotalUsdc: usdc(2),
        minOrderSeconds: 100,
        settleMarginSeconds: 50,
        chainStateMaxAgeMs: 0,
        ...options,
      }),
    pay: (from: dim.OrderClient, to: dim.OrderDesk, handle = answer, priceUsdc: bigint = price) =>
      from.pay({ ...terms(priceUsdc), send: (signedOrder) => to.serve({ signedOrder, priceUsdc, handle }) }),
    states: async () => (await world.deskStore.list()).map(({ state }) => state).sort(),
    reservedOf: async (writer: dim.Writer) => (await accountOf(writer.account.address)).reservedUsdc,
    earned: async () => (await accountOf(provider.account.address)).availableUsdc,
    /** Before each test; `end` after it. */
    async begin() {
      snapshot = await chain.test.snapshot()
      Object.assign(world, emptyStores())
    },
    end: () => chain.test.revert({ id: snapshot }),
  }
  return world
}

const emptyStores = () => ({
  clientStore: dim.createMemoryClientOrderStore(),
  deskStore: dim.createMemoryOrderStore(dim.deskOrderRecordSchema),
})
