import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import type { Hex, LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'
import { deployTestWallet } from '../support/testWallet.ts'
import { until } from '../support/until.ts'

const usdc = (amount: number) => BigInt(amount) * 1_000_000n
const price = 3_000n

class Crash extends dim.BaseError {
  override readonly code = 'CRASH'
}

describe('channels on a real chain', () => {
  let chain: TestChain
  let snapshot: Hex
  let payer: dim.Writer
  let provider: dim.Writer
  let relayer: dim.Writer
  let config: dim.ChannelConfig.ChannelConfig
  let channelId: Hex
  let payerStore: dim.ChannelStore<dim.PayerRecord>
  let receiverStore: dim.ChannelStore<dim.ReceiverRecord>

  before(async () => {
    chain = await startChain()
    const writers = chain.accounts.slice(1, 4).map((account) => chain.writer(account))
    ;[payer, provider, relayer] = writers as [dim.Writer, dim.Writer, dim.Writer]
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
    config = { ...terms(payer.account as LocalAccount), salt: 1 }
    channelId = dim.ChannelConfig.id(chain.deployment, config)
    payerStore = dim.createMemoryChannelStore(dim.payerRecordSchema)
    receiverStore = dim.createMemoryChannelStore(dim.receiverRecordSchema)
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  const terms = ({ address }: { address: LocalAccount['address'] }) => ({
    payer: payer.account.address,
    signer: address,
    receiver: provider.account.address,
    salt: 0,
    withdrawDelay: 3_600,
  })
  async function fund(amountUsdc = usdc(1), of = config) {
    const validBefore = BigInt(await dim.getChainTime(chain.reader)) + 600n
    const signed = await dim.signChannelDeposit(payer, { config: of, amountUsdc, validBefore })
    await mined(dim.depositToChannelWithAuthorization(relayer, signed))
  }
  const openPayer = (options: Partial<dim.CreatePayerChannelParameters> = {}) =>
    dim.createPayerChannel(payer, { config, store: payerStore, maxRequestUsdc: 10_000n, ...options })
  const openReceiver = (options: Partial<dim.CreateReceiverChannelParameters> = {}) =>
    dim.createReceiverChannel(provider, {
      store: receiverStore,
      minWithdrawDelay: 60,
      chainStateMaxAgeMs: 0,
      ...options,
    })

  type Work = () => Promise<string>
  const answer: Work = async () => 'answer'
  const pay = (from: dim.PayerChannel, to: dim.ReceiverChannel, handle: Work = answer, priceUsdc = price) =>
    from.pay({ priceUsdc, send: (payment) => to.serve({ payment, priceUsdc, handle }) })
  const charged = async () => [
    (await payerStore.get(channelId))?.chargedUsdc,
    (await receiverStore.get(channelId))?.chargedUsdc,
  ]
  const paymentOf = async (
    maxClaimableAmount: bigint,
    signer: dim.Signer = payer.account as LocalAccount,
  ) => {
    const voucher = dim.Voucher.parse({ channelId, maxClaimableAmount: `${maxClaimableAmount}` })
    const signature = await dim.Voucher.sign(chain.deployment, voucher, signer)
    return dim.ChannelPayment.parse({
      config: dim.ChannelConfig.toJson(config),
      maxClaimableAmount: `${maxClaimableAmount}`,
      signature,
    })
  }

  describe('the whole life', () => {
    it('deposit, requests, one claim, payout, the rest back', async () => {
      await fund()
      const [from, to] = [openPayer(), openReceiver()]
      for (let i = 0; i < 5; i++) assert.equal(await pay(from, to), 'answer')
      assert.deepEqual(await charged(), [5n * price, 5n * price])
      assert.deepEqual(await from.checkClaims(), {
        status: 'fair',
        claimedUsdc: 0n,
        chargedUsdc: 5n * price,
      })
      const { claimedUsdc, transactions, rejected } = await to.claimAll()
      assert.deepEqual([claimedUsdc, transactions.length, rejected], [5n * price, 1, []])
      assert.deepEqual((await to.claimAll()).transactions, [])
      const receiver = provider.account.address
      const earned = await dim.getEarnings(chain.reader, { receiver })
      assert.deepEqual(earned, { earnedUsdc: 5n * price, feeTakenUsdc: 0n, paidOutUsdc: 0n })
      const feeBps = BigInt(await dim.getChannelFeeBps(chain.reader))
      const amountUsdc = await dim.getWithdrawable(chain.reader, { receiver })
      assert.equal(amountUsdc, 5n * price - (5n * price * feeBps) / 10_000n)
      const before = await dim.getUsdcBalance(chain.reader, { account: relayer.account.address })
      await mined(dim.withdrawEarnings(provider, { to: relayer.account.address, amountUsdc }))
      const got = (await dim.getUsdcBalance(chain.reader, { account: relayer.account.address })) - before
      assert.equal(got, amountUsdc)
      assert.equal(await dim.getChannelFees(chain.reader, { receiver }), 5n * price - amountUsdc)
      await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: usdc(5) }))
      await chain.passTime(3_600)
      await mined(dim.finishChannelWithdraw(payer, { config, to: payer.account.address }))
      const { depositedUsdc, withdrawAt } = await dim.getChannel(chain.reader, { channelId })
      assert.deepEqual([depositedUsdc, withdrawAt], [5n * price, 0])
    })

    it('is found again from its deposits, by either side', async () => {
      await fund()
      await fund(usdc(1), { ...config, salt: 2 })
      await fund()
      for (const party of [{ payer: config.payer }, { receiver: config.receiver }]) {
        const listed = await dim.listChannels(chain.reader, party)
        assert.deepEqual(
          listed.map((channel) => channel.config.salt),
          [1, 2],
        )
        assert.deepEqual(listed[0], { channelId, config })
      }
      assert.deepEqual(await dim.listChannels(chain.reader, { payer: config.receiver }), [])
      assert.equal(await dim.getChannelId(chain.reader, { config }), channelId)
    })

    it('many channels are claimed in one transaction', async () => {
      const salts = Array.from({ length: 12 }, (_, i) => i + 10)
      const to = openReceiver()
      await mined(
        dim.approveUsdc(payer, { spender: chain.deployment.paymentChannels as Hex, amountUsdc: usdc(100) }),
      )
      for (const salt of salts) {
        config = { ...config, salt }
        channelId = dim.ChannelConfig.id(chain.deployment, config)
        await mined(dim.depositToChannel(payer, { config, amountUsdc: usdc(1) }))
        await pay(openPayer(), to)
      }
      const { claimedUsdc, transactions } = await to.claimAll()
      assert.deepEqual([claimedUsdc, transactions.length], [price * BigInt(salts.length), 1])
    })

    it('a refund of the receiver is taken notice of at once', async () => {
      await fund(10_000n)
      const [from, to] = [openPayer(), openReceiver()]
      await pay(from, to)
      await mined(dim.refundChannel(provider, { config, amountUsdc: 5_000n }))
      await assert.rejects(pay(from, to), { code: 'CHANNEL_REFUSED', reason: 'deposit' })
      await assert.rejects(pay(openPayer(), to), { code: 'CHANNEL_DEPOSIT_TOO_SMALL' })
    })
  })

  describe('what a receiver takes', () => {
    const refusal = async (payment: dim.ChannelPayment.ChannelPayment, to = openReceiver()) => {
      let worked = false
      const handle = async () => {
        worked = true
      }
      const reply = await to.serve({ payment, priceUsdc: price, handle })
      assert.equal(worked, reply.status === 'served')
      return reply.status === 'refused' ? reply.reason : reply.status
    }
    beforeEach(() => fund())

    it('nothing but what was charged plus the price: no replay, no lower and no higher voucher', async () => {
      const to = openReceiver()
      const first = await paymentOf(price)
      assert.equal(await refusal(first, to), 'served')
      assert.equal(await refusal(first, to), 'amount')
      for (const amount of [0n, price - 1n, price + 1n, 2n * price - 1n, 2n * price + 1n, 2n ** 100n]) {
        assert.equal(await refusal(await paymentOf(amount), to), 'amount')
      }
      assert.equal(await refusal(await paymentOf(2n * price), to), 'served')
      assert.deepEqual((await to.claimAll()).claimedUsdc, 2n * price)
    })

    it('no voucher of another signer, chain or channel', async () => {
      const stranger = privateKeyToAccount(generatePrivateKey())
      assert.equal(await refusal(await paymentOf(price, stranger)), 'signature')
      const voucher = dim.Voucher.parse({ channelId, maxClaimableAmount: `${price}` })
      const elsewhere = { ...chain.deployment, chainId: 137 }
      const signature = await dim.Voucher.sign(elsewhere, voucher, payer.account as LocalAccount)
      const payment = await paymentOf(price)
      assert.equal(
        await refusal({ ...payment, signature: signature as typeof payment.signature }),
        'signature',
      )
      assert.equal(await refusal({ ...payment, config: { ...config, salt: 9 } }), 'signature')
    })

    it('no channel of another receiver, and none whose delay is too short', async () => {
      const payment = await paymentOf(price)
      const receiver = relayer.account.address
      assert.equal(await refusal({ ...payment, config: { ...config, receiver } }), 'channel')
      assert.equal(await refusal(payment, openReceiver({ minWithdrawDelay: 3_601 })), 'channel')
    })

    it('no more than the deposit', async () => {
      const to = openReceiver()
      const payment = await paymentOf(usdc(1) + 1n)
      const reply = await to.serve({ payment, priceUsdc: usdc(1) + 1n, handle: answer })
      assert.deepEqual(reply, {
        status: 'refused',
        reason: 'deposit',
        standing: { chargedCumulativeAmount: 0n },
      })
      await fund()
      assert.equal((await to.serve({ payment, priceUsdc: usdc(1) + 1n, handle: answer })).status, 'served')
    })

    it('no voucher of an account with code, unless it claims at once', async () => {
      const owner = relayer.account as LocalAccount
      const wallet = await deployTestWallet(relayer)
      config = { ...config, signer: wallet.address }
      channelId = dim.ChannelConfig.id(chain.deployment, config)
      await fund()
      assert.equal(await refusal(await paymentOf(price, owner)), 'signature')
      const to = openReceiver({ takesCode: true })
      assert.equal(await refusal(await paymentOf(price, owner), to), 'served')
      assert.equal((await dim.getChannel(chain.reader, { channelId })).claimedUsdc, price)

      const handle = () => wallet.setMode('refuse')
      const revoked = { payment: await paymentOf(2n * price, owner), priceUsdc: price, handle }
      assert.equal((await to.serve(revoked)).status, 'served')
      await wallet.setMode('honest')
      assert.equal(await refusal(await paymentOf(3n * price, owner), to), 'unclaimed')
      assert.equal((await to.claimAll()).claimedUsdc, price)
      assert.equal(await refusal(await paymentOf(3n * price, owner), to), 'served')
      assert.equal((await dim.getChannel(chain.reader, { channelId })).claimedUsdc, 3n * price)
    })

    it('a forged voucher in the store spoils no claim of the others', async () => {
      const to = openReceiver()
      await pay(openPayer(), to)
      const stranger = privateKeyToAccount(generatePrivateKey())
      const forged = { ...config, salt: 7 }
      const id = dim.ChannelConfig.id(chain.deployment, forged) as dim.ReceiverRecord['channelId']
      const voucher = { channelId: id, maxClaimableAmount: price }
      const signature = await dim.Voucher.sign(chain.deployment, voucher, stranger)
      const forgedRecord = {
        channelId: id,
        config: forged,
        chargedUsdc: price,
        claimedUsdc: 0n,
        voucher: { maxClaimableAmount: price, signature: signature as `0x${string}`, signedBy: 'key' },
      } as const
      await receiverStore.update(id, () => forgedRecord)
      const { claimedUsdc, rejected } = await to.claimAll()
      assert.deepEqual([claimedUsdc, rejected], [price, [id]])
    })
  })

  describe('two requests at once', () => {
    it('take turns at the payer', async () => {
      await fund()
      const [from, to] = [openPayer(), openReceiver()]
      const handle = busyWork()
      const answers = await Promise.all(Array.from({ length: 6 }, () => pay(from, to, handle)))
      assert.equal(answers.length, 6)
      assert.deepEqual(await charged(), [6n * price, 6n * price])
    })

    it('take turns at the receiver, and the same voucher pays once', async () => {
      await fund()
      const to = openReceiver()
      const [payment, handle] = [await paymentOf(price), busyWork()]
      const replies = await Promise.all(
        Array.from({ length: 4 }, () => to.serve({ payment, priceUsdc: price, handle })),
      )
      assert.deepEqual(
        replies.map(({ status }) => status),
        ['served', 'refused', 'refused', 'refused'],
      )
    })

    /** Work during which nobody else may work. */
    function busyWork(): Work {
      let busy = false
      return async () => {
        assert.equal(busy, false)
        busy = true
        await new Promise((resolve) => setImmediate(resolve))
        busy = false
        return 'answer'
      }
    }

    it('of two processes on one store, one gives way', async () => {
      await fund()
      const [one, two] = [openReceiver(), openReceiver()]
      const payment = await paymentOf(price)
      const handle = async () => two.serve({ payment, priceUsdc: price, handle: answer })
      await assert.rejects(one.serve({ payment, priceUsdc: price, handle }), { code: 'CHANNEL_CONFLICT' })
      assert.equal((await receiverStore.get(channelId))?.chargedUsdc, price)
    })
  })

  describe('a crash', () => {
    beforeEach(() => fund())

    it('of the payer before its signature costs nothing', async () => {
      const to = openReceiver()
      const signTypedData = async () => {
        throw new Crash('before the signature')
      }
      const signer = { address: payer.account.address, signTypedData }
      await assert.rejects(pay(openPayer({ signer }), to), { code: 'CRASH' })
      assert.equal((await payerStore.get(channelId))?.signedUsdc, price)
      assert.equal(await pay(openPayer(), to), 'answer')
      assert.deepEqual(await charged(), [price, price])
    })

    it('of the payer while it stores means that nothing was signed', async () => {
      let signed = false
      const signTypedData = async (message: never) => {
        signed = true
        return (payer.account as LocalAccount).signTypedData(message)
      }
      const signer = { address: payer.account.address, signTypedData } as dim.Signer
      await openPayer().getRecord()
      const update = () => Promise.reject(new Crash('the disk'))
      const from = openPayer({ signer, store: { ...payerStore, update } })
      await assert.rejects(pay(from, openReceiver()), { code: 'CRASH' })
      assert.equal(signed, false)
    })

    it('of the payer after it was served costs that request, and no other', async () => {
      const to = openReceiver()
      await pay(openPayer(), to)
      const send = async (payment: dim.ChannelPayment.ChannelPayment) => {
        await to.serve({ payment, priceUsdc: price, handle: answer })
        throw new Crash('the answer was lost')
      }
      await assert.rejects(openPayer().pay({ priceUsdc: price, send }), { code: 'CRASH' })
      assert.deepEqual(await charged(), [price, 2n * price])
      assert.equal(await pay(openPayer(), to), 'answer')
      assert.deepEqual(await charged(), [3n * price, 3n * price])
    })

    it('of the payer before the payment arrived costs nothing, whatever the next request costs', async () => {
      const to = openReceiver()
      const send = async () => Promise.reject(new Crash('no connection'))
      await assert.rejects(openPayer().pay({ priceUsdc: 9_000n, send }), { code: 'CRASH' })
      assert.equal(await pay(openPayer(), to), 'answer')
      assert.deepEqual(await charged(), [price, price])
      assert.equal((await payerStore.get(channelId))?.signedUsdc, 9_000n)
    })

    it('of the payer that loses its store is healed by the last voucher', async () => {
      const to = openReceiver()
      await pay(openPayer(), to)
      await pay(openPayer(), to)
      payerStore = dim.createMemoryChannelStore(dim.payerRecordSchema)
      assert.equal(await pay(openPayer(), to), 'answer')
      assert.deepEqual(await charged(), [3n * price, 3n * price])
    })

    for (const { when, failing } of [
      { when: 'while it stores the voucher', failing: 1 },
      { when: 'after the work, before it charged', failing: 2 },
    ]) {
      it(`of the receiver ${when} charges nothing`, async () => {
        let writes = 0
        const update: typeof receiverStore.update = (id, change) =>
          ++writes === failing ? Promise.reject(new Crash('the disk')) : receiverStore.update(id, change)
        const crashing = openReceiver({ store: { ...receiverStore, update } })
        await assert.rejects(pay(openPayer(), crashing), { code: 'CRASH' })
        assert.equal(await pay(openPayer(), openReceiver()), 'answer')
        assert.deepEqual(await charged(), [price, price])
      })
    }

    it('of the receiver between storing and working leaves a voucher that is worth nothing', async () => {
      const never = () => new Promise<string>(() => undefined)
      const payment = await paymentOf(price)
      void openReceiver().serve({ payment, priceUsdc: price, handle: never })
      await until(async () => (await receiverStore.get(channelId))?.pending !== undefined)
      const to = openReceiver()
      assert.deepEqual((await to.claimAll()).transactions, [])
      assert.equal((await to.serve({ payment, priceUsdc: price, handle: answer })).status, 'served')
      assert.equal((await receiverStore.get(channelId))?.pending, undefined)
    })

    it('of the receiver that claimed, before it noted so, claims nothing twice', async () => {
      await pay(openPayer(), openReceiver())
      const update = () => Promise.reject(new Crash('the disk'))
      await assert.rejects(openReceiver({ store: { ...receiverStore, update } }).claimAll(), {
        code: 'CRASH',
      })
      assert.equal((await openReceiver().claimAll()).claimedUsdc, 0n)
      assert.equal((await receiverStore.get(channelId))?.claimedUsdc, price)
      assert.deepEqual((await openReceiver().claimAll()).transactions, [])
    })

    it('of the receiver that loses its store goes on from what it claimed', async () => {
      await pay(openPayer(), openReceiver())
      await openReceiver().claimAll()
      await pay(openPayer(), openReceiver())
      receiverStore = dim.createMemoryChannelStore(dim.receiverRecordSchema)
      assert.equal(await pay(openPayer(), openReceiver()), 'answer')
      assert.deepEqual(await charged(), [2n * price, 2n * price])
    })
  })

  describe('work that fails', () => {
    it('is not charged, and the same voucher pays for the next request', async () => {
      await fund()
      const [from, to] = [openPayer(), openReceiver()]
      const handle = async () => Promise.reject(new Crash('the model'))
      await assert.rejects(pay(from, to, handle), { code: 'CHANNEL_REQUEST_FAILED' })
      assert.deepEqual(await charged(), [0n, 0n])
      assert.equal(await pay(from, to), 'answer')
      assert.deepEqual((await to.claimAll()).claimedUsdc, price)
    })
  })

  describe('what a payer signs', () => {
    const dishonest = async (from: dim.PayerChannel, reply: (served: bigint) => dim.ChannelReply<string>) =>
      from.pay({ priceUsdc: price, send: async ({ maxClaimableAmount }) => reply(maxClaimableAmount) })
    beforeEach(() => fund())

    it('nothing above its limits or the deposit', async () => {
      const to = openReceiver()
      await assert.rejects(pay(openPayer(), to, answer, 10_001n), { code: 'CHANNEL_CAP_EXCEEDED' })
      await assert.rejects(pay(openPayer(), to, answer, -1n), { code: 'CHANNEL_CAP_EXCEEDED' })
      const from = openPayer({ maxTotalUsdc: 2n * price })
      await pay(from, to)
      await pay(from, to)
      await assert.rejects(pay(from, to), { code: 'CHANNEL_CAP_EXCEEDED' })
      await assert.rejects(pay(openPayer({ maxRequestUsdc: usdc(2) }), to, answer, usdc(1)), {
        code: 'CHANNEL_DEPOSIT_TOO_SMALL',
      })
    })

    it('nothing more when the sum of a served request is wrong', async () => {
      const from = openPayer()
      const reply = (amount: bigint) =>
        ({ status: 'served', value: 'answer', standing: { chargedCumulativeAmount: amount + 1n } }) as const
      await assert.rejects(dishonest(from, reply), { code: 'CHANNEL_STOPPED', reason: 'sum' })
      await assert.rejects(pay(openPayer(), openReceiver()), { code: 'CHANNEL_STOPPED', reason: 'sum' })
    })

    it('nothing more when a failed request was charged', async () => {
      const reply = (amount: bigint) =>
        ({ status: 'failed', error: 'oops', standing: { chargedCumulativeAmount: amount } }) as const
      await assert.rejects(dishonest(openPayer(), reply), { code: 'CHANNEL_STOPPED', reason: 'overcharged' })
    })

    it('nothing more when the receiver says more than its voucher or the chain', async () => {
      const { signature } = await paymentOf(price)
      const replies = [
        { chargedCumulativeAmount: 5n * price, signature },
        { chargedCumulativeAmount: 5n * price },
      ]
      for (const standing of replies) {
        payerStore = dim.createMemoryChannelStore(dim.payerRecordSchema)
        const reply = () => ({ status: 'refused', reason: 'amount', standing }) as const
        await assert.rejects(dishonest(openPayer(), reply), { code: 'CHANNEL_STOPPED', reason: 'unproven' })
      }
    })

    it('nothing more when the receiver charges for a request that it refused or that failed', async () => {
      const [from, to] = [openPayer(), openReceiver()]
      const handle = async () => Promise.reject(new Crash('the model'))
      await pay(from, to)
      await assert.rejects(pay(from, to, handle), { code: 'CHANNEL_REQUEST_FAILED' })
      const { signature } = await paymentOf(2n * price)
      const standing = { chargedCumulativeAmount: 2n * price + 1n, signature }
      const more = await paymentOf(2n * price + 1n)
      const reply = () =>
        ({
          status: 'refused',
          reason: 'amount',
          standing: { ...standing, signature: more.signature },
        }) as const
      const send = { priceUsdc: 0n, send: async () => reply() }
      await assert.rejects(from.pay(send), { code: 'CHANNEL_STOPPED', reason: 'overcharged' })
    })

    it('nothing more when the receiver claimed more than it served for', async () => {
      const [from, to] = [openPayer(), openReceiver()]
      await pay(from, to)
      let kept: dim.ChannelPayment.ChannelPayment | undefined
      const send = async (payment: dim.ChannelPayment.ChannelPayment) => {
        kept = payment
        const standing = { chargedCumulativeAmount: price }
        return { status: 'failed', error: 'so it says', standing } as const
      }
      await assert.rejects(from.pay({ priceUsdc: price, send }), { code: 'CHANNEL_REQUEST_FAILED' })
      const { maxClaimableAmount, signature } = kept as dim.ChannelPayment.ChannelPayment
      const rows = [{ ...config, amountUsdc: maxClaimableAmount, signature }]
      await mined(dim.claimVouchers(provider, { receiver: config.receiver, rows }))
      assert.equal((await from.checkClaims()).status, 'overclaimed')
      await assert.rejects(pay(from, to), { code: 'CHANNEL_STOPPED', reason: 'overclaimed' })
    })

    it('nothing with another key than that of the terms', () => {
      const signer = privateKeyToAccount(generatePrivateKey())
      assert.throws(() => openPayer({ signer }), { code: 'SIGNATURE_INVALID' })
    })

    it('with a key of its own that holds no money', async () => {
      const signer = privateKeyToAccount(generatePrivateKey())
      config = { ...config, signer: signer.address }
      channelId = dim.ChannelConfig.id(chain.deployment, config)
      await fund()
      const to = openReceiver()
      assert.equal(await pay(openPayer({ signer }), to), 'answer')
      assert.equal((await to.claimAll()).claimedUsdc, price)
    })
  })

  describe('a withdrawal of the payer', () => {
    beforeEach(() => fund())

    it('is answered by a claim at once, and nothing is served until it is taken back', async () => {
      const [from, to] = [openPayer(), openReceiver()]
      await pay(from, to)
      const claims: dim.ClaimOutcome[] = []
      const unwatch = to.watch({ pollingIntervalMs: 20, onClaim: (claim) => claims.push(claim) })
      try {
        await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: usdc(1) }))
        await until(async () => claims.length > 0)
        assert.equal(claims[0]?.claimedUsdc, price)
        await assert.rejects(pay(from, to), { code: 'CHANNEL_REFUSED', reason: 'withdrawing' })
        await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: 0n }))
        assert.equal(await pay(from, to), 'answer')
      } finally {
        unwatch()
      }
    })

    it('that was announced while nobody watched is answered when somebody does', async () => {
      await pay(openPayer(), openReceiver())
      await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: usdc(1) }))
      const claims: dim.ClaimOutcome[] = []
      const unwatch = openReceiver().watch({ pollingIntervalMs: 20, onClaim: (claim) => claims.push(claim) })
      await until(async () => claims.length > 0)
      unwatch()
      assert.equal((await dim.getChannel(chain.reader, { channelId })).claimedUsdc, price)
    })

    it('during a request leaves the receiver its pay', async () => {
      const to = openReceiver()
      const unwatch = to.watch({ pollingIntervalMs: 20 })
      const handle = async () => {
        await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: usdc(1) }))
        return 'answer'
      }
      try {
        assert.equal(await pay(openPayer(), to, handle), 'answer')
        await until(async () => (await dim.getChannel(chain.reader, { channelId })).claimedUsdc === price)
      } finally {
        unwatch()
      }
      await chain.passTime(3_600)
      await mined(dim.finishChannelWithdraw(payer, { config, to: payer.account.address }))
      const { depositedUsdc } = await dim.getChannel(chain.reader, { channelId })
      assert.equal(depositedUsdc, price)
    })

    it('that is ripe leaves nothing to claim, and the receiver does not try for ever', async () => {
      const to = openReceiver()
      await pay(openPayer(), to)
      await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: usdc(1) - 1_000n }))
      await chain.passTime(3_600)
      await mined(dim.finishChannelWithdraw(payer, { config, to: payer.account.address }))
      assert.equal((await to.claimAll()).claimedUsdc, 1_000n)
      assert.deepEqual((await to.claimAll()).transactions, [])
      await fund()
      assert.equal((await to.claimAll()).claimedUsdc, 2_000n)
    })

    it('is listed with what was announced', async () => {
      await mined(dim.startChannelWithdraw(payer, { config, amountUsdc: 5n }))
      const [listed, ...others] = await dim.listChannelWithdrawals(chain.reader, {
        receiver: config.receiver,
      })
      const { withdrawAt } = await dim.getChannel(chain.reader, { channelId })
      const { payer: who, receiver } = config
      assert.deepEqual(others, [])
      assert.deepEqual(listed, { channelId, payer: who, receiver, amountUsdc: 5n, withdrawAt })
      await assert.rejects(dim.finishChannelWithdraw(payer, { config, to: who }), {
        code: 'CONTRACT_WITHDRAW_NOT_RIPE',
      })
      await assert.rejects(dim.startChannelWithdraw(relayer, { config, amountUsdc: 5n }), {
        code: 'CONTRACT_NOT_PAYER',
      })
    })
  })
})
