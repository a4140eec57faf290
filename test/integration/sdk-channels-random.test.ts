import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import fc from 'fast-check'
import type { LocalAccount } from 'viem'
import { startChain, type TestChain } from '../support/chain.ts'

class Crash extends dim.BaseError {
  override readonly code = 'CRASH'
}

const maxRequestUsdc = 50n
const depositUsdc = 2_000n

/** What happens to one request, or to one side between two requests. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('pay'), priceUsdc: fc.bigInt({ min: 0n, max: 50n }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'work-fails',
        'payment-lost',
        'answer-lost',
        'crash-at-write-1',
        'crash-at-write-2',
      ),
      priceUsdc: fc.bigInt({ min: 0n, max: 50n }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('claim', 'payer-forgets', 'receiver-restarts'),
      priceUsdc: fc.constant(0n),
    }),
  },
)
type Step = { what: string; priceUsdc: bigint }

describe('a channel under any sequence of faults', () => {
  let chain: TestChain
  let payer: dim.Writer
  let provider: dim.Writer
  let salt = 0

  before(async () => {
    chain = await startChain()
    ;[payer, provider] = chain.accounts.slice(1, 3).map((account) => chain.writer(account)) as [
      dim.Writer,
      dim.Writer,
    ]
  })
  after(() => chain.close())

  async function openWorld() {
    salt += 1
    const parties = { payer: payer.account.address, receiver: provider.account.address }
    const config = dim.ChannelConfig.between({ ...parties, withdrawDelay: 3_600, salt })
    await dim.fundChannel(payer, { config, amountUsdc: depositUsdc })
    const receiverStore = dim.createMemoryChannelStore(dim.receiverRecordSchema)
    return {
      config,
      channelId: dim.ChannelConfig.id(chain.deployment, config),
      payerStore: dim.createMemoryChannelStore(dim.payerRecordSchema),
      receiverStore,
      receiver: openReceiver(receiverStore),
      /** What was worked for and charged, as the test counts it. */
      workedUsdc: 0n,
      signedUsdc: 0n,
    }
  }
  type World = Awaited<ReturnType<typeof openWorld>>

  const openReceiver = (store: dim.ChannelStore<dim.ReceiverRecord>) =>
    dim.createReceiverChannel(provider, { store, minWithdrawDelay: 60 })

  function crashingReceiver({ receiverStore }: World, failing: number) {
    let writes = 0
    const update: typeof receiverStore.update = (id, change) =>
      ++writes === failing ? Promise.reject(new Crash('the disk')) : receiverStore.update(id, change)
    return openReceiver({ ...receiverStore, update })
  }

  /** Signs, and keeps to the promise: never more than what was worked for and one request. */
  const watchedSigner = (world: World): dim.Signer => ({
    address: payer.account.address,
    signTypedData: async (message) => {
      const { maxClaimableAmount } = message.message as unknown as dim.Voucher.Voucher
      assert.ok(maxClaimableAmount <= world.workedUsdc + maxRequestUsdc, 'signed more than one request ahead')
      if (maxClaimableAmount > world.signedUsdc) world.signedUsdc = maxClaimableAmount
      return (payer.account as LocalAccount).signTypedData(message)
    },
  })

  async function request(world: World, { what, priceUsdc }: Step): Promise<void> {
    const { config, payerStore } = world
    const signer = watchedSigner(world)
    const channel = dim.createPayerChannel(payer, { config, store: payerStore, maxRequestUsdc, signer })
    const receiver = what.startsWith('crash') ? crashingReceiver(world, Number(what.at(-1))) : world.receiver
    const handle = async () => {
      if (what === 'work-fails') throw new Crash('the model')
      return 'answer'
    }
    const send = async (payment: dim.ChannelPayment.ChannelPayment) => {
      if (what === 'payment-lost') throw new Crash('on the way')
      const reply = await receiver.serve({ payment, priceUsdc, handle })
      if (reply.status === 'served') world.workedUsdc += priceUsdc
      if (what === 'answer-lost') throw new Crash('on the way back')
      return reply
    }
    const isExpected = (error: unknown) =>
      error instanceof dim.BaseError && ['CRASH', 'CHANNEL_REQUEST_FAILED'].includes(error.code)
    const paying = channel.pay({ priceUsdc, send })
    if (what === 'pay') assert.equal(await paying, 'answer')
    else await assert.rejects(paying, isExpected)
  }

  async function take(world: World, step: Step): Promise<void> {
    if (step.what === 'claim') await world.receiver.claimAll()
    else if (step.what === 'payer-forgets') {
      world.payerStore = dim.createMemoryChannelStore(dim.payerRecordSchema)
    } else if (step.what === 'receiver-restarts') world.receiver = openReceiver(world.receiverStore)
    else await request(world, step)
  }

  async function assertFair(world: World): Promise<void> {
    const record = await world.receiverStore.get(world.channelId)
    assert.equal(record?.chargedUsdc ?? 0n, world.workedUsdc)
    const { claimedUsdc } = await dim.getChannel(chain.reader, world)
    assert.ok(claimedUsdc <= world.workedUsdc && claimedUsdc <= world.signedUsdc)
    const paying = await world.payerStore.get(world.channelId)
    assert.equal(paying?.stopped, undefined)
  }

  it('charges for what was served, claims no more, and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const world = await openWorld()
        for (const next of steps) {
          await take(world, next)
          await assertFair(world)
        }
        await take(world, { what: 'pay', priceUsdc: 1n })
        await world.receiver.claimAll()
        const { claimedUsdc } = await dim.getChannel(chain.reader, world)
        assert.equal(claimedUsdc, world.workedUsdc)
        assert.equal((await world.payerStore.get(world.channelId))?.chargedUsdc, world.workedUsdc)
      }),
      { numRuns: 60 },
    )
  })
})
