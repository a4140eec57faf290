import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { type Hex, hexToBigInt, type LocalAccount, sha256, stringToHex, zeroAddress, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'

const key = (text: string): Hex => sha256(stringToHex(text))
const terms = { floorUsdc: 1_000n, royaltyBps: 1_000, policy: 'public' } as const
const usdc = (amount: number) => BigInt(amount) * 1_000_000n

describe('actions on a real chain', () => {
  let chain: TestChain
  let snapshot: Hex
  let owner: dim.Writer
  let client: dim.Writer
  let provider: dim.Writer

  before(async () => {
    chain = await startChain()
    const writers = chain.accounts.slice(1, 4).map((account) => chain.writer(account))
    ;[owner, client, provider] = writers as [dim.Writer, dim.Writer, dim.Writer]
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })

  describe('models', () => {
    it('are registered, changed, handed over and deprecated, and each reading agrees', async () => {
      const modelKey = key('a')
      await mined(dim.registerModel(owner, { modelKey, ...terms }))
      assert.deepEqual(await dim.getModel(chain.reader, { modelKey }), {
        ...terms,
        modelKey,
        owner: owner.account.address,
        status: 'active',
        accessRoot: zeroHash,
        family: modelKey,
        latest: modelKey,
      })
      assert.equal(await dim.getModelCid(chain.reader, { modelKey }), dim.refToCid(modelKey))
      await mined(dim.transferModelOwner(owner, { modelKey, newOwner: client.account.address }))
      assert.equal(await dim.getPendingModelOwner(chain.reader, { modelKey }), client.account.address)
      await mined(dim.acceptModelOwner(client, { modelKey }))
      await mined(dim.updateModel(client, { modelKey, ...terms, floorUsdc: 2_000n }))
      await mined(dim.deprecateModel(client, { modelKey }))
      const { owner: newOwner, floorUsdc, status } = await dim.getModelTerms(chain.reader, { modelKey })
      assert.deepEqual(
        { newOwner, floorUsdc, status },
        {
          newOwner: client.account.address,
          floorUsdc: 2_000n,
          status: 'deprecated',
        },
      )
    })

    it('are listed from events exactly as the contract says', async () => {
      const [first, second, third] = [key('1'), key('2'), key('3')]
      await mined(dim.registerModel(owner, { modelKey: first, ...terms }))
      await mined(dim.registerModel(owner, { modelKey: second, family: first, ...terms, floorUsdc: 5n }))
      await mined(dim.registerModel(client, { modelKey: third, ...terms }))
      await mined(dim.updateModel(owner, { modelKey: second, ...terms, floorUsdc: 7n }))
      await mined(dim.deprecateModel(owner, { modelKey: first }))
      await mined(dim.transferModelOwner(client, { modelKey: third, newOwner: owner.account.address }))
      await mined(dim.acceptModelOwner(owner, { modelKey: third }))
      const listed = await dim.listModels(chain.reader)
      for (const { registrant, registeredIn, ...model } of listed) {
        assert.deepEqual(model, await dim.getModel(chain.reader, model))
        const registration = await dim.getModelRegistration(chain.reader, model)
        assert.deepEqual(
          [registration?.registrant, registration?.transactionHash],
          [registrant, registeredIn],
        )
      }
      assert.deepEqual(
        listed.map(({ modelKey }) => modelKey),
        [first, second, third],
      )
      assert.equal(listed[0]?.latest, second)
    })

    it('open only to an allowlist', async () => {
      const modelKey = key('private')
      const list = dim.createAllowlist([client.account.address, owner.account.address])
      const accessRoot = list.root
      await mined(dim.registerModel(owner, { modelKey, ...terms, policy: 'allowlist', accessRoot }))
      const user = client.account.address
      const accessProof = dim.proveAllowed(list, user)
      assert.equal(await dim.canUseModel(chain.reader, { modelKey, user, accessProof }), true)
      assert.equal(
        await dim.canUseModel(chain.reader, { modelKey, user: provider.account.address, accessProof }),
        false,
      )
    })

    it('open to whoever passes a token gate', async () => {
      const { address: user } = client.account
      const minimum = (await dim.getUsdcBalance(chain.reader, { account: user })) + 1n
      const gate = { kind: 'erc20', token: chain.reader.dim.usdc, minimum } as const
      const [modelKey, accessRoot] = [key('gated'), dim.tokenGateRoot(gate)]
      const gated = { ...terms, policy: 'token-gate', modelKey, accessRoot } as const
      await mined(dim.registerModel(owner, gated))
      const query = { modelKey, user, accessProof: dim.proveTokenGate(gate) }
      assert.equal(await dim.canUseModel(chain.reader, query), false)
      await mined(dim.transferUsdc(owner, { to: user, amountUsdc: 1n }))
      assert.equal(await dim.canUseModel(chain.reader, query), true)
      assert.equal((await dim.getModel(chain.reader, { modelKey })).policy, 'token-gate')
    })

    it('open to whoever was granted a licence, until the epoch changes', async () => {
      const modelKey = key('licensed')
      const signer = dim.toSigner(provider)
      const user = client.account.address
      const licensed = { ...terms, policy: 'license', modelKey } as const
      const accessRoot = dim.licenseRoot({ signer: signer.address, epoch: 7n })
      await mined(dim.registerModel(owner, { ...licensed, accessRoot }))
      const expiresAt = Number(await dim.getChainTime(chain.reader)) + 3_600
      const grant = dim.AccessGrant.parse({ modelKey, user, expiresAt, nonce: '7' })
      const signature = await dim.AccessGrant.sign(chain.reader.dim, grant, signer)
      const query = { modelKey, user, accessProof: dim.proveLicense(grant, signature) }
      assert.equal(await dim.canUseModel(chain.reader, query), true)
      assert.equal(await dim.canUseModel(chain.reader, { ...query, user: signer.address }), false)
      const nextRoot = dim.licenseRoot({ signer: signer.address, epoch: 8n })
      await mined(dim.updateModel(owner, { ...licensed, accessRoot: nextRoot }))
      assert.equal(await dim.canUseModel(chain.reader, query), false)
    })

    it('open to nobody but their owner', async () => {
      const modelKey = key('own')
      await mined(dim.registerModel(owner, { ...terms, policy: 'private', modelKey }))
      assert.equal(await dim.canUseModel(chain.reader, { modelKey, user: owner.account.address }), true)
      assert.equal(await dim.canUseModel(chain.reader, { modelKey, user: client.account.address }), false)
    })

    it('are refused with the code of the contract', async () => {
      const modelKey = key('a')
      await assert.rejects(dim.getModelTerms(chain.reader, { modelKey }), { code: 'CONTRACT_MODEL_UNKNOWN' })
      await mined(dim.registerModel(owner, { modelKey, ...terms }))
      await assert.rejects(dim.registerModel(client, { modelKey, ...terms }), {
        code: 'CONTRACT_MODEL_EXISTS',
      })
      await assert.rejects(dim.deprecateModel(client, { modelKey }), { code: 'CONTRACT_NOT_MODEL_OWNER' })
    })
  })

  describe('stake', () => {
    it('comes, thaws and leaves', async () => {
      const { address } = provider.account
      await stake(provider)
      await mined(dim.requestUnstake(provider, { amountUsdc: usdc(40) }))
      const books = await dim.getStakeAccount(chain.reader, { provider: address })
      assert.deepEqual([books.stakeUsdc, books.thawingUsdc, books.exposureUsdc], [usdc(60), usdc(40), 0n])
      await assert.rejects(dim.withdrawStake(provider, { to: address }), {
        code: 'CONTRACT_STAKE_NOT_THAWED',
      })
      await chain.passTime(3_601)
      const before = await dim.getUsdcBalance(chain.reader, { account: address })
      await mined(dim.withdrawStake(provider, { to: address }))
      assert.equal((await dim.getUsdcBalance(chain.reader, { account: address })) - before, usdc(40))
    })

    it('keeps service keys by time', async () => {
      const serviceAccount = privateKeyToAccount(generatePrivateKey())
      const { address } = provider.account
      const at = await setKey(provider, serviceAccount)
      const asked = { provider: address, serviceKey: serviceAccount.address }
      assert.equal(await dim.isServiceKeyValid(chain.reader, { ...asked, at }), true)
      assert.equal(await dim.isServiceKeyValid(chain.reader, { ...asked, at: at - 1 }), false)
      await chain.passTime(100)
      await mined(dim.revokeServiceKey(provider, asked))
      const now = await dim.getChainTime(chain.reader)
      assert.equal(await dim.isServiceKeyValid(chain.reader, { ...asked, at: now + 1 }), false)
      assert.equal(await dim.isServiceKeyValid(chain.reader, { ...asked, at }), true)
    })
  })

  describe('providers', () => {
    const endpoint = 'https://alice.example'
    const announce = async (
      overrides: Partial<dim.ProviderRecord.ProviderRecord> = {},
      endpoint = 'https://alice.example',
    ) => {
      const serviceAccount = privateKeyToAccount(generatePrivateKey())
      await setKey(provider, serviceAccount)
      const record = dim.ProviderRecord.parse({
        provider: provider.account.address,
        serviceKey: serviceAccount.address,
        hpkeKey: key('hpke'),
        peerIdHash: zeroHash,
        endpointHash: dim.ProviderRecord.hashEndpoint(endpoint),
        expiresAt: (await dim.getChainTime(chain.reader)) + 1_000,
        ...overrides,
        version: (overrides.version ?? 1n).toString(),
      })
      const signature = await dim.ProviderRecord.sign(chain.deployment, record, dim.toSigner(provider))
      await mined(dim.announceProvider(client, { record, endpoint, signature }))
      return record
    }

    it('are listed by their highest version, whatever came last', async () => {
      await stake(provider)
      const newest = await announce({ version: 3n })
      await announce({ version: 2n })
      const [listed, ...others] = await dim.listProviders(chain.reader)
      assert.deepEqual(others, [])
      assert.deepEqual(listed?.record, newest)
      assert.deepEqual([listed?.endpoint, listed?.stakeUsdc, listed?.problems], [endpoint, usdc(100), []])
    })

    it('are not listed under an endpoint that nobody can ask', async () => {
      await announce({}, 'ftp://alice.example')
      await announce({ version: 2n }, 'nonsense')
      assert.deepEqual(await dim.listProviders(chain.reader), [])
    })

    it('are listed with what is wrong about them', async () => {
      await announce()
      await chain.passTime(1_001)
      const [listed] = await dim.listProviders(chain.reader, { provider: provider.account.address })
      assert.deepEqual(listed?.problems, ['record-expired', 'stake-too-small'])
      assert.deepEqual(await dim.listProviders(chain.reader, { provider: client.account.address }), [])
    })

    it('lose their place with their key', async () => {
      await stake(provider)
      const { serviceKey } = await announce()
      await mined(dim.revokeServiceKey(provider, { serviceKey }))
      await chain.passTime(1)
      const [listed] = await dim.listProviders(chain.reader)
      assert.deepEqual(listed?.problems, ['service-key-invalid'])
    })
  })

  describe('jobs', () => {
    const modelKey = key('model')
    let params: dim.JobParams.JobParams
    let jobId: Hex

    beforeEach(async () => {
      await stake(provider)
      await mined(dim.registerModel(owner, { modelKey, ...terms }))
      params = {
        client: client.account.address,
        provider: provider.account.address,
        modelKey: modelKey as `0x${string}`,
        inputCommit: key('commit') as `0x${string}`,
        inputRef: key('ref') as `0x${string}`,
        price: 10_000n,
        floor: 1_000n,
        submitBy: (await dim.getChainTime(chain.reader)) + 100,
        challengeWindow: 60,
        feeBps: await dim.getFeeBps(chain.reader),
        royaltyBps: 1_000,
        verifyMode: 0,
        groupId: zeroHash,
        nonce: hexToBigInt(generatePrivateKey()) % 2n ** 96n,
      }
      jobId = dim.JobParams.jobId(chain.deployment, params)
    })

    it('knows the bounds of its terms', async () => {
      const limits = await dim.getEscrowLimits(chain.reader)
      assert.equal(limits.exposureBps, 10_000)
      assert.ok(limits.minSubmitDelay < limits.maxSubmitDelay)
      assert.ok(limits.minWindow < limits.maxWindow)
    })

    const result = { resultCommit: key('result'), resultRef: key('result ref'), chargedUsdc: 4_000n }

    async function openFromBalance() {
      await mined(dim.approveUsdc(client, { spender: chain.deployment.jobEscrow, amountUsdc: usdc(1) }))
      await mined(dim.deposit(client, { amountUsdc: usdc(1) }))
      await mined(dim.createJob(client, { params }))
    }

    it('have the same id here and in the contract', async () =>
      assert.equal(await dim.getJobId(chain.reader, { params }), jobId))

    it('pay everybody from a balance and leave the rest', async () => {
      await openFromBalance()
      await mined(dim.submitResult(provider, { params, ...result }))
      await mined(dim.acceptJob(client, { params }))
      const { opened, submitted, paid, refunded } = await dim.getJobEvents(chain.reader, { jobId })
      assert.deepEqual(opened?.params, params)
      assert.equal(submitted?.resultCommit, result.resultCommit)
      assert.deepEqual(
        [paid?.toProviderUsdc, paid?.feeUsdc, paid?.royaltyUsdc, paid?.refundUsdc, refunded],
        [3_560n, 40n, 400n, 6_000n, undefined],
      )
      const { address } = provider.account
      assert.equal((await dim.getEscrowAccount(chain.reader, { account: address })).availableUsdc, 3_560n)
      await mined(dim.withdraw(provider, { to: address, amountUsdc: 3_560n }))
      assert.equal(await dim.getRoyaltyOwed(chain.reader, { modelKey }), 400n)
      await mined(dim.claimRoyalty(owner, { modelKey, to: owner.account.address }))
      assert.equal(await dim.getRoyaltyOwed(chain.reader, { modelKey }), 0n)
    })

    it('open by one signature that anybody relays, and only once', async () => {
      const validBefore = BigInt(params.submitBy)
      const to = chain.deployment.jobEscrow
      const signed = { to, amountUsdc: params.price, validBefore, nonce: jobId }
      const authorization = await dim.signReceiveAuthorization(client, signed)
      const before = await dim.getUsdcBalance(chain.reader, { account: params.client })
      await mined(dim.createJobWithAuthorization(owner, { params, ...authorization }))
      await mined(dim.createJobWithAuthorization(provider, { params, ...authorization }))
      assert.equal(
        before - (await dim.getUsdcBalance(chain.reader, { account: params.client })),
        params.price,
      )
      assert.equal(
        await dim.isAuthorizationUsed(chain.reader, { authorizer: params.client, nonce: jobId }),
        true,
      )
    })

    it('take a deposit by signature', async () => {
      const salt = key('salt')
      const from = client.account.address
      const amountUsdc = usdc(2)
      const validBefore = BigInt(params.submitBy)
      const nonce = dim.depositNonce({ from, amountUsdc, salt })
      const to = chain.deployment.jobEscrow
      const authorization = await dim.signReceiveAuthorization(client, { to, amountUsdc, validBefore, nonce })
      await mined(dim.depositWithAuthorization(owner, { from, amountUsdc, salt, ...authorization }))
      assert.equal((await dim.getEscrowAccount(chain.reader, { account: from })).availableUsdc, amountUsdc)
    })

    it('settle after the window when the client is silent', async () => {
      await openFromBalance()
      await mined(dim.submitResult(provider, { params, ...result }))
      await chain.passTime(61)
      await mined(dim.settleJobs(owner, { jobs: [params] }))
      assert.equal((await dim.getJob(chain.reader, { jobId })).status, 'paid')
    })

    it('give the money back when the provider is silent, declines, or never saw them', async () => {
      await openFromBalance()
      await mined(dim.declineJob(provider, { params }))
      assert.equal((await dim.getJob(chain.reader, { jobId })).status, 'refunded')
      const second = { ...params, nonce: params.nonce + 1n }
      await mined(dim.createJob(client, { params: second }))
      await chain.passTime(101)
      await mined(dim.expireJobs(owner, { jobs: [second] }))
      const third = { ...params, nonce: params.nonce + 2n }
      await mined(dim.revokeJob(client, { params: third }))
      await assert.rejects(dim.createJob(client, { params: third }), { code: 'CONTRACT_WRONG_STATUS' })
      const { availableUsdc } = await dim.getEscrowAccount(chain.reader, { account: params.client })
      assert.equal(availableUsdc, usdc(1))
    })

    it('are refused before anything is sent', async () => {
      await openFromBalance()
      const nonce = await chain.test.getTransactionCount({ address: provider.account.address })
      await chain.passTime(101)
      await assert.rejects(dim.submitResult(provider, { params, ...result }), {
        code: 'CONTRACT_SUBMIT_TOO_LATE',
      })
      assert.equal(await chain.test.getTransactionCount({ address: provider.account.address }), nonce)
    })

    it('are watched until they are paid', async () => {
      const seen: string[] = []
      const events: string[] = []
      const paid = new Promise<void>((resolve) => {
        const unwatch = dim.watchJob(chain.reader, {
          jobId,
          pollingIntervalMs: 5,
          onJob: ({ status }) => {
            seen.push(status)
            if (status !== 'paid') return
            unwatch()
            resolve()
          },
        })
      })
      const fromBlock = await chain.test.getBlockNumber({ cacheTime: 0 })
      const last = new Promise<void>((resolve) => {
        const unwatch = dim.watchJobEvents(chain.reader, {
          jobId,
          fromBlock,
          pollingIntervalMs: 5,
          onEvents: (batch) => {
            events.push(...batch.map(({ eventName }) => eventName))
            if (events.at(-1) !== 'JobPaid') return
            unwatch()
            resolve()
          },
        })
      })
      await openFromBalance()
      await mined(dim.submitResult(provider, { params, ...result }))
      await mined(dim.acceptJob(client, { params }))
      await Promise.all([paid, last])
      assert.equal(seen.at(-1), 'paid')
      assert.deepEqual(events, ['JobOpened', 'JobSubmitted', 'JobPaid'])
    })
  })

  it('refuses to sign for a token of another domain', async () => {
    const usdcOfOthers = { ...chain.deployment, chainId: 1 }
    const other = { ...client, dim: usdcOfOthers } as dim.Writer
    const message = { to: zeroAddress, amountUsdc: 1n, validBefore: 1n, nonce: zeroHash }
    await assert.rejects(dim.signReceiveAuthorization(other, message), { code: 'TOKEN_DOMAIN_UNKNOWN' })
  })

  async function stake(writer: dim.Writer) {
    const amountUsdc = usdc(100)
    await mined(dim.approveUsdc(writer, { spender: chain.deployment.providerRegistry, amountUsdc }))
    await mined(dim.stake(writer, { provider: writer.account.address, amountUsdc }))
  }

  async function setKey(writer: dim.Writer, serviceAccount: LocalAccount): Promise<number> {
    const validFrom = (await dim.getChainTime(chain.reader)) + 30
    const key = serviceAccount.address
    const message = { provider: writer.account.address, key, validFrom }
    const proof = await dim.ServiceKey.sign(chain.deployment, message, serviceAccount)
    await mined(dim.setServiceKey(writer, { serviceKey: key, validFrom, proof }))
    await chain.passTime(31)
    return validFrom
  }
})
