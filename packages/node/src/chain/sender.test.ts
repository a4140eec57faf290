import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Address, createPublicClient, type Hex, http, toFunctionSelector, toHex } from 'viem'
import { hardhat } from 'viem/chains'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createLogger } from '../telemetry/logger.ts'
import { createTransactionSender, type TransactionSenderOptions } from './sender.ts'
import { deployReverter } from './support/pingContract.ts'
import { RpcFault, startRpcProxy } from './support/rpcProxy.ts'
import { testAccount } from './support/testAccount.ts'
import { startTestChain } from './support/testChain.ts'
import { until } from './support/until.ts'

const logger = createLogger({ level: 'silent', format: 'json' })
const target = testAccount(19).address
const ZERO_AMOUNT = toFunctionSelector('ZeroAmount()')

describe('createTransactionSender', { timeout: 180_000 }, () => {
  let chain: Awaited<ReturnType<typeof startTestChain>>
  let proxy: Awaited<ReturnType<typeof startRpcProxy>>
  let storage: Storage
  let reverter: Address
  let accountIndex = 0
  let clock: number

  const open = (options: Partial<TransactionSenderOptions> = {}) =>
    createTransactionSender({
      client: createPublicClient({
        chain: hardhat,
        transport: http(proxy.rpcUrl, { retryCount: 0 }),
        pollingInterval: 5,
        cacheTime: 0,
      }),
      account: testAccount(accountIndex),
      chainId: hardhat.id,
      storage,
      logger,
      pollMs: 5,
      stuckAfterMs: 1000,
      now: () => clock,
      ...options,
    })
  const row = (intent: string) =>
    storage.db.selectFrom('txIntents').selectAll().where('intent', '=', intent).executeTakeFirstOrThrow()
  const isSigned = async (intent: string) => (await row(intent).catch(() => undefined))?.state === 'signed'
  const mined = async (from: Address, since = 0n) => {
    const data: Hex[] = []
    const head = await chain.client.getBlockNumber()
    for (let blockNumber = since; blockNumber <= head; blockNumber++) {
      const { transactions } = await chain.client.getBlock({ blockNumber, includeTransactions: true })
      data.push(...transactions.filter((tx) => tx.from === from.toLowerCase()).map((tx) => tx.input))
    }
    return data
  }
  const own = () => mined(testAccount(accountIndex).address)

  before(async () => {
    chain = await startTestChain()
    proxy = await startRpcProxy(chain.rpcUrl)
    reverter = await deployReverter(chain.client, ZERO_AMOUNT)
  })
  after(async () => {
    await proxy.close()
    await chain.close()
  })
  beforeEach(async () => {
    storage = await openStorage({ path: ':memory:' })
    accountIndex += 1
    clock = 1_000_000
  })
  afterEach(async () => {
    proxy.handle()
    await chain.client.setAutomine(true)
    await chain.client.mine({ blocks: 1 })
    await storage.close()
  })

  it('sends an intent and answers its receipt, at once the second time and after a restart', async () => {
    const parameters = { intent: 'a', to: target, data: '0x01', value: 5n } as const
    const first = await open().send(parameters)
    const sender = open()
    const again = await sender.send(parameters)
    assert.equal(first.status, 'success')
    assert.equal(again.transactionHash, first.transactionHash)
    assert.deepEqual(await own(), ['0x01'])
    assert.equal((await row('a')).state, 'mined')
    assert.equal(await sender.pending(), 0)
  })

  it('gives one receipt to all who ask for the same intent at the same time', async () => {
    const sender = open()
    const all = await Promise.all([1, 2, 3].map(() => sender.send({ intent: 'a', to: target, data: '0x01' })))
    assert.equal(new Set(all.map(({ transactionHash }) => transactionHash)).size, 1)
    assert.deepEqual(await own(), ['0x01'])
  })

  it('refuses another content under a known name', async () => {
    const sender = open()
    await sender.send({ intent: 'a', to: target, data: '0x01' })
    for (const other of [{ data: '0x02' }, { value: 1n }, { to: reverter }] as const) {
      await assert.rejects(sender.send({ intent: 'a', to: target, data: '0x01', ...other }), {
        code: 'INTENT_CONFLICT',
      })
    }
  })

  it('gives parallel intents consecutive nonces', async () => {
    await chain.client.setAutomine(false)
    const sender = open()
    const numbers = [...Array(8).keys()]
    const all = numbers.map((index) =>
      sender.send({ intent: `i${index}`, to: target, data: toHex(index + 1, { size: 1 }) }),
    )
    const { address } = testAccount(accountIndex)
    const pending = () => chain.client.getTransactionCount({ address, blockTag: 'pending' })
    await until(async () => (await pending()) === 8)
    await chain.client.mine({ blocks: 1 })
    const receipts = await Promise.all(all)
    assert.equal(new Set(receipts.map(({ blockNumber }) => blockNumber)).size, 1)
    assert.equal((await own()).length, 8)
    const nonces = await storage.db.selectFrom('txIntents').select('nonce').orderBy('nonce').execute()
    assert.deepEqual(
      nonces.map(({ nonce }) => nonce),
      numbers,
    )
  })

  it('continues after transactions that something else sent before', async () => {
    const account = testAccount(accountIndex)
    await chain.client.sendTransaction({ account, to: target })
    await open().send({ intent: 'a', to: target, data: '0x01' })
    assert.equal((await row('a')).nonce, 1)
  })

  describe('reverts', () => {
    it('is told by the simulation, decoded, before anything is recorded', async () => {
      const sender = open()
      await assert.rejects(sender.send({ intent: 'a', to: reverter, data: '0x' }), {
        code: 'CONTRACT_ZERO_AMOUNT',
      })
      assert.equal((await storage.db.selectFrom('txIntents').selectAll().execute()).length, 0)
      await sender.send({ intent: 'a', to: target, data: '0x01' })
    })

    it('is told by the chain, decoded, and never sent again', async () => {
      const sender = open()
      const parameters = { intent: 'a', to: reverter, data: '0x', gas: 100_000n, simulate: false } as const
      await assert.rejects(sender.send(parameters), { code: 'CONTRACT_ZERO_AMOUNT' })
      assert.equal((await row('a')).state, 'reverted')
      await assert.rejects(sender.send(parameters), { code: 'TRANSACTION_REVERTED' })
      assert.equal((await own()).length, 1)
      assert.equal((await sender.send({ intent: 'b', to: target, data: '0x' })).status, 'success')
    })

    it('says that the account cannot pay', async () => {
      await chain.client.setBalance({ address: testAccount(accountIndex).address, value: 1n })
      await assert.rejects(open().send({ intent: 'a', to: target, data: '0x' }), {
        code: 'INSUFFICIENT_GAS_FUNDS',
      })
    })
  })

  describe('a stuck transaction', () => {
    it('is replaced by one of the same nonce that pays more, and mined once', async () => {
      await chain.client.setAutomine(false)
      const sending = open().send({ intent: 'a', to: target, data: '0x07' })
      const versions = async () =>
        JSON.parse((await row('a').catch(() => ({ versionsJson: '[]' }))).versionsJson)
      await until(async () => (await versions()).length >= 1)
      clock += 1001
      await until(async () => (await versions()).length >= 2)
      const [first, second] = await versions()
      assert.ok(BigInt(second.maxFeePerGas) * 10n >= BigInt(first.maxFeePerGas) * 11n)
      await chain.client.mine({ blocks: 1 })
      const receipt = await sending
      assert.ok([first.hash, second.hash].includes(receipt.transactionHash))
      await chain.client.mine({ blocks: 2 })
      assert.deepEqual(await own(), ['0x07'])
    })

    it('is not replaced above the limit', async () => {
      await chain.client.setAutomine(false)
      const { maxFeePerGas } = await chain.client.estimateFeesPerGas()
      const sending = open({ maxFeePerGas }).send({ intent: 'a', to: target, data: '0x07' })
      await until(() => isSigned('a'))
      const pushed = () => proxy.calls.filter(({ method }) => method === 'eth_sendRawTransaction').length
      const before = pushed()
      clock += 1001
      await until(() => pushed() > before)
      assert.equal(JSON.parse((await row('a')).versionsJson).length, 1)
      await chain.client.mine({ blocks: 1 })
      assert.equal((await sending).status, 'success')
    })
  })

  describe('a bad RPC', () => {
    it('that breaks off while it takes the transaction gets the same bytes again', async () => {
      let broken = 0
      proxy.handle(async (call, forward) => {
        const result = await forward()
        if (call.method === 'eth_sendRawTransaction' && broken++ < 2) throw new RangeError('connection lost')
        return result
      })
      await open().send({ intent: 'a', to: target, data: '0x07' })
      assert.deepEqual(await own(), ['0x07'])
      assert.equal(JSON.parse((await row('a')).versionsJson).length, 1)
    })

    it('that knows the transaction already, or has mined it, is understood', async () => {
      for (const message of [
        'already known',
        'nonce too low: next nonce 1, tx nonce 0',
        'Known transaction: 0x00',
      ]) {
        proxy.handle(async (call, forward) => {
          const result = await forward()
          if (call.method === 'eth_sendRawTransaction') throw new RpcFault(-32000, message)
          return result
        })
        await open().send({ intent: message, to: target, data: toHex(message) })
      }
      assert.equal((await own()).length, 3)
    })

    it('that wants more before it takes the transaction gets more', async () => {
      let refused = 0
      proxy.handle(async (call, forward) => {
        if (call.method === 'eth_sendRawTransaction' && refused++ < 1) {
          throw new RpcFault(-32000, 'transaction underpriced')
        }
        return forward()
      })
      await open().send({ intent: 'a', to: target, data: '0x07' })
      assert.equal(JSON.parse((await row('a')).versionsJson).length, 2)
      assert.deepEqual(await own(), ['0x07'])
    })

    it('that is away is waited for, and a caller may give up without losing the intent', async () => {
      await chain.client.setAutomine(false)
      const controller = new AbortController()
      const sender = open()
      const sending = sender.send({ intent: 'a', to: target, data: '0x07', signal: controller.signal })
      await until(() => isSigned('a'))
      proxy.handle(async () => {
        throw new RangeError('connection lost')
      })
      controller.abort()
      await assert.rejects(sending, { name: 'AbortError' })
      assert.equal(await sender.pending(), 1)
      proxy.handle()
      await chain.client.setAutomine(true)
      await open().resume()
      assert.deepEqual(await own(), ['0x07'])
      assert.equal((await row('a')).state, 'mined')
    })
  })

  describe('nonces', () => {
    it('tells when something else used the nonce, and may then be sent anew', async () => {
      const account = testAccount(accountIndex)
      await chain.client.setAutomine(false)
      proxy.handle(async (call, forward) => {
        if (call.method === 'eth_sendRawTransaction') return `0x${'00'.repeat(32)}`
        return forward()
      })
      const sender = open()
      const sending = sender.send({ intent: 'a', to: target, data: '0x07' })
      await until(() => isSigned('a'))
      await chain.client.setAutomine(true)
      await chain.client.sendTransaction({ account, to: target, data: '0x99', nonce: 0 })
      proxy.handle()
      const timer = setInterval(() => {
        clock += 300
      }, 10)
      await assert.rejects(sending, { code: 'NONCE_TAKEN', retryable: true })
      clearInterval(timer)
      assert.equal((await row('a')).state, 'dropped')
      await sender.send({ intent: 'a', to: target, data: '0x07' })
      assert.deepEqual(await own(), ['0x99', '0x07'])
    })

    it('gives up what was recorded but never signed and would now revert, and fills the gap it leaves', async () => {
      const sender = open()
      const values = {
        chainId: hardhat.id,
        sender: testAccount(accountIndex).address.toLowerCase(),
        valueWei: '0',
      }
      const times = { createdAtMs: 0, updatedAtMs: 0 }
      const recorded = { ...values, ...times, data: '0x', gas: '100000', state: 'recorded' } as const
      await storage.db
        .insertInto('txIntents')
        .values([
          { ...recorded, intent: 'late', to: reverter, nonce: 0 },
          { ...recorded, intent: 'good', to: target, nonce: 1 },
        ])
        .execute()
      await sender.resume()
      assert.equal((await row('late')).state, 'dropped')
      assert.equal((await row('good')).state, 'mined')
      assert.deepEqual(await own(), ['0x', '0x'])
      assert.equal((await sender.send({ intent: 'next', to: target, data: '0x01' })).status, 'success')
    })

    it('brings back what a reorganisation took off the chain', async () => {
      const snapshot = await chain.client.snapshot()
      const sender = open()
      for (const index of [1, 2])
        await sender.send({ intent: `${index}`, to: target, data: toHex(index, { size: 1 }) })
      await chain.client.revert({ id: snapshot })
      await chain.client.setNextBlockTimestamp({
        timestamp: (await chain.client.getBlock()).timestamp + 100n,
      })
      await sender.send({ intent: '3', to: target, data: '0x03' })
      await sender.send({ intent: '2', to: target, data: '0x02' })
      await sender.send({ intent: '1', to: target, data: '0x01' })
      assert.deepEqual((await own()).sort(), ['0x01', '0x02', '0x03'])
    })
  })

  it('sends each intent exactly once although its process is killed again and again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dim-sender-'))
    const script = fileURLToPath(new URL('./support/sendForever.ts', import.meta.url))
    const last = 36
    const args = [script, chain.rpcUrl, join(directory, 'node.db'), String(accountIndex), String(last)]
    const spawned = (): ChildProcess => spawn(execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const from = testAccount(accountIndex).address
    const since = await chain.client.getBlockNumber()
    for (let kill = 0; kill < 3; kill++) {
      const child = spawned()
      const exited = once(child, 'exit')
      const goal = (kill + 1) * 8
      await until(async () => (await chain.client.getTransactionCount({ address: from })) >= goal)
      child.kill('SIGKILL')
      await exited
    }
    const child = spawned()
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
    const data = await mined(from, since)
    assert.deepEqual(
      data.sort(),
      [...Array(last).keys()].map((index) => toHex(index, { size: 32 })),
    )
    await rm(directory, { recursive: true })
  })
})
