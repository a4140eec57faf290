import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { createWalletClient, custom, type Hex, type LocalAccount, numberToHex, zeroAddress } from 'viem'
import { hardhat } from 'viem/chains'
import { startChain, type TestChain } from '../support/chain.ts'

const usdc = (amount: number) => BigInt(amount) * 1_000_000n

describe('a client of one account', () => {
  let chain: TestChain
  let snapshot: Hex
  const clientOf = (index: number) =>
    dim.createClient({
      account: chain.accounts[index] as LocalAccount,
      network: { rpcUrl: chain.rpcUrl, deployment: chain.deployment },
      pollingIntervalMs: 25,
    })

  before(async () => {
    chain = await startChain()
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  it('buys and sells by a channel, from terms to payout', async () => {
    const [payer, provider] = [clientOf(1), clientOf(2)]
    await payer.assertNetwork()
    const config = payer.channels.createConfig({ receiver: provider.address, withdrawDelay: 3_600 })
    await payer.channels.fund({ config, amountUsdc: usdc(1) })
    const from = payer.channels.createPayer({ config, maxRequestUsdc: 5_000n })
    const to = provider.channels.createReceiver({ minWithdrawDelay: 60 })
    const priceUsdc = 3_000n
    const send = (payment: dim.ChannelPayment.ChannelPayment) =>
      to.serve({ payment, priceUsdc, handle: async () => 'answer' })
    assert.equal(await from.pay({ priceUsdc, send }), 'answer')
    await to.claimAll()
    const amountUsdc = await provider.channels.getWithdrawable({ receiver: provider.address })
    const before = await provider.money.getBalance()
    await provider.waitForTransaction({
      hash: await provider.channels.withdrawEarnings({ to: provider.address, amountUsdc }),
    })
    assert.equal((await provider.money.getBalance()) - before, amountUsdc)
    const { channelId } = from
    assert.deepEqual(await provider.channels.list({ receiver: provider.address }), [{ channelId, config }])
  })

  it('keeps one store for all channels of a kind', async () => {
    const payer = clientOf(1)
    const config = payer.channels.createConfig({ receiver: clientOf(2).address, withdrawDelay: 3_600 })
    const other = payer.channels.createConfig({ receiver: clientOf(2).address, withdrawDelay: 3_600 })
    assert.notEqual(config.salt, other.salt)
    const { chargedUsdc } = await payer.channels.createPayer({ config, maxRequestUsdc: 1n }).getRecord()
    assert.equal(chargedUsdc, 0n)
  })

  it('is told from a client of another chain', async () => {
    const genesisHash = `0x${'12'.repeat(32)}` as const
    const network = { rpcUrl: chain.rpcUrl, deployment: { ...chain.deployment, genesisHash } }
    const client = dim.createClient({ account: chain.accounts[1] as LocalAccount, network })
    await assert.rejects(client.assertNetwork(), { code: 'CHAIN_RESET' })
  })

  it('lists models and jobs, and reads its money', async () => {
    const owner = clientOf(3)
    const modelKey = `0x${'ab'.repeat(32)}` as const
    const terms = { floorUsdc: 1_000n, royaltyBps: 100, policy: 'public' } as const
    await owner.waitForTransaction({ hash: await owner.models.register({ modelKey, ...terms }) })
    const [listed] = await owner.models.list()
    assert.equal(listed?.modelKey, modelKey)
    assert.equal((await owner.jobs.get({ jobId: modelKey })).status, 'none')
    assert.equal(await owner.money.getBalance(), usdc(1_000_000))
    assert.equal((await owner.money.getEscrowAccount()).availableUsdc, 0n)
    assert.deepEqual(await owner.providers.list(), [])
    await assert.rejects(owner.jobs.resume({ jobId: modelKey }), { code: 'JOB_UNKNOWN' })
  })

  describe('deposits into channels', () => {
    const price = 3_000n

    it('count below a cap before they are final, and above it when they are', async () => {
      const payer = clientOf(1)
      let finalBlock: bigint | undefined = await chain.test.getBlockNumber()
      const provider = lagging(chain.accounts[2] as LocalAccount, () => finalBlock)
      const config = payer.channels.createConfig({
        receiver: provider.account.address,
        withdrawDelay: 3_600,
      })
      await payer.channels.fund({ config, amountUsdc: usdc(1) })
      const store = () => dim.createMemoryChannelStore(dim.receiverRecordSchema)
      const open = (latestAllowanceUsdc: bigint) =>
        dim.createReceiverChannel(provider, {
          store: store(),
          minWithdrawDelay: 60,
          latestAllowanceUsdc,
          chainStateMaxAgeMs: 0,
        })
      const serve = async (to: dim.ReceiverChannel) => {
        const channelId = dim.ChannelConfig.id(chain.deployment, config) as `0x${string}`
        const voucher = dim.Voucher.parse({ channelId, maxClaimableAmount: `${price}` })
        const signature = await dim.Voucher.sign(chain.deployment, voucher, chain.accounts[1] as LocalAccount)
        const payment = dim.ChannelPayment.parse({ config, maxClaimableAmount: `${price}`, signature })
        const reply = await to.serve({ payment, priceUsdc: price, handle: async () => 'answer' })
        return reply.status === 'refused' ? reply.reason : reply.status
      }
      assert.equal(await serve(open(0n)), 'deposit')
      assert.equal(await serve(open(price - 1n)), 'deposit')
      assert.equal(await serve(open(price)), 'served')
      finalBlock = undefined
      assert.equal(await serve(open(0n)), 'served')
    })

    /** A client of a chain whose final block is not its latest. */
    function lagging(account: LocalAccount, finalBlock: () => bigint | undefined): dim.Writer {
      const request = async ({ method, params }: { method: string; params?: unknown }) => {
        const [call, tag] = (params ?? []) as unknown[]
        const block = finalBlock()
        const isLate = method === 'eth_call' && tag === 'finalized' && block !== undefined
        const asked = isLate ? [call, numberToHex(block)] : params
        return chain.test.request({ method, params: asked } as never)
      }
      const transport = custom({ request } as never)
      return dim.withDeployment(createWalletClient({ account, chain: hardhat, transport }), chain.deployment)
    }

    it('come by permit, once, from the payer itself', async () => {
      const payer = clientOf(1)
      const config = payer.channels.createConfig({ receiver: clientOf(2).address, withdrawDelay: 3_600 })
      const deadline = BigInt(await dim.getChainTime(chain.reader)) + 600n
      const signature = await (chain.accounts[1] as LocalAccount).signTypedData({
        domain: await dim.getUsdcDomain(chain.reader),
        types: {
          Permit: [
            { name: 'owner', type: 'address' },
            { name: 'spender', type: 'address' },
            { name: 'value', type: 'uint256' },
            { name: 'nonce', type: 'uint256' },
            { name: 'deadline', type: 'uint256' },
          ],
        },
        primaryType: 'Permit',
        message: {
          owner: payer.address,
          spender: chain.deployment.paymentChannels as Hex,
          value: usdc(2),
          nonce: await dim.getPermitNonce(chain.reader, { owner: payer.address }),
          deadline,
        },
      })
      const deposit = { config, amountUsdc: usdc(2), deadline, signature }
      await assert.rejects(dim.depositToChannelWithPermit(clientOf(2).writer, deposit), {
        code: 'CONTRACT_NOT_PAYER',
      })
      await payer.waitForTransaction({ hash: await dim.depositToChannelWithPermit(payer.writer, deposit) })
      const channelId = dim.ChannelConfig.id(chain.deployment, config)
      assert.equal((await payer.channels.get({ channelId })).depositedUsdc, usdc(2))
      await assert.rejects(dim.depositToChannelWithPermit(payer.writer, { ...deposit, signature: '0x12' }), {
        code: 'SIGNATURE_INVALID',
      })
    })

    it('stop and go on by the word of guardian and owner, and the contract has its terms', async () => {
      const [owner, payer] = [clientOf(0), clientOf(1)]
      const { reader } = chain
      assert.equal(await dim.getChannelToken(reader), chain.deployment.usdc)
      const { min, max } = await dim.getWithdrawDelays(reader)
      assert.ok(min >= 60 && max >= min)
      await owner.waitForTransaction({
        hash: await dim.setChannelsGuardian(owner.writer, { guardian: payer.address }),
      })
      assert.equal(await dim.getChannelsGuardian(reader), payer.address)
      await payer.waitForTransaction({ hash: await dim.pauseChannelDeposits(payer.writer) })
      assert.equal(await dim.areChannelDepositsPaused(reader), true)
      const config = payer.channels.createConfig({ receiver: owner.address, withdrawDelay: 3_600 })
      await assert.rejects(payer.channels.fund({ config, amountUsdc: 1n }), {
        code: 'CONTRACT_DEPOSITS_PAUSED',
      })
      await assert.rejects(dim.unpauseChannelDeposits(payer.writer), {
        code: 'CONTRACT_OWNABLE_UNAUTHORIZED_ACCOUNT',
      })
      await owner.waitForTransaction({ hash: await dim.unpauseChannelDeposits(owner.writer) })
      await payer.channels.fund({ config, amountUsdc: 1n })
      const bad = { ...config, receiver: zeroAddress }
      await assert.rejects(payer.channels.fund({ config: bad, amountUsdc: 1n }), {
        code: 'CONTRACT_ZERO_ADDRESS',
      })
    })
  })
})
