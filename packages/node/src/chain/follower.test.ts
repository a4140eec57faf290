import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { type Address, createPublicClient, http } from 'viem'
import { hardhat } from 'viem/chains'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createLogger } from '../telemetry/logger.ts'
import type { ChainEvent, EventFollower } from './chainEvent.ts'
import { createEventFollower, type EventFollowerOptions } from './follower.ts'
import { deployPing, ping, pingAbi } from './support/pingContract.ts'
import { RpcFault, startRpcProxy } from './support/rpcProxy.ts'
import { startTestChain } from './support/testChain.ts'

const logger = createLogger({ level: 'silent', format: 'json' })

describe('createEventFollower', () => {
  let chain: Awaited<ReturnType<typeof startTestChain>>
  let proxy: Awaited<ReturnType<typeof startRpcProxy>>
  let storage: Storage
  let contract: Address
  let start: bigint
  /** What a handler keeps in its own table, as it stands after batches and rewinds. */
  let delivered: bigint[]
  let rewinds: { ancestor: bigint; removed: bigint[] }[]

  const value = (event: ChainEvent) => event.args.value as bigint
  const follow = (options: Partial<EventFollowerOptions> = {}): EventFollower =>
    createEventFollower({
      name: 'test',
      client: createPublicClient({
        chain: hardhat,
        transport: http(proxy.rpcUrl, { retryCount: 0 }),
        cacheTime: 0,
      }),
      sources: [{ address: contract, abi: pingAbi }],
      storage,
      fromBlock: start,
      pollMs: 5,
      maxPauseMs: 20,
      logger,
      onBatch: async ({ events }) => {
        delivered.push(...events.map(value))
      },
      onRewind: async ({ ancestor, removed }) => {
        rewinds.push({ ancestor, removed: removed.map(value) })
        delivered = delivered.filter((known) => !removed.some((event) => value(event) === known))
      },
      ...options,
    })
  const drain = async (follower: EventFollower) => {
    for (;;) {
      const outcome = await follower.poll()
      if (outcome === 'idle' || outcome === 'lagging') return outcome
    }
  }
  const stored = () => storage.db.selectFrom('chainEvents').select(['blockNumber', 'argsJson']).execute()

  before(async () => {
    chain = await startTestChain()
    proxy = await startRpcProxy(chain.rpcUrl)
    contract = await deployPing(chain.client)
  })
  after(async () => {
    await proxy.close()
    await chain.close()
  })
  beforeEach(async () => {
    storage = await openStorage({ path: ':memory:' })
    start = (await chain.client.getBlockNumber()) + 1n
    delivered = []
    rewinds = []
  })
  afterEach(async () => {
    proxy.handle()
    await storage.close()
  })

  it('delivers each event once, in order, over many polls and restarts', async () => {
    for (const number of [1n, 2n]) await ping(chain.client, contract, number)
    await drain(follow())
    await ping(chain.client, contract, 3n)
    await drain(follow())
    await drain(follow())
    assert.deepEqual(delivered, [1n, 2n, 3n])
    assert.equal((await stored()).length, 3)
  })

  it('delivers nothing twice when a crash comes between handler and commit', async () => {
    await ping(chain.client, contract, 1n)
    const seen: bigint[] = []
    const crashing = follow({
      onBatch: async ({ events, tx }) => {
        seen.push(...events.map(value))
        await tx.insertInto('meta').values({ key: 'effect', value: 'once' }).execute()
        if (seen.length === 1) throw new RpcFault(0, 'crash')
      },
    })
    await assert.rejects(drain(crashing))
    assert.deepEqual(await storage.db.selectFrom('meta').selectAll().execute(), [])
    await drain(crashing)
    assert.deepEqual(seen, [1n, 1n])
    assert.equal((await storage.db.selectFrom('meta').selectAll().execute()).length, 1)
  })

  it('sees several events of one block and leaves other contracts out', async () => {
    const other = await deployPing(chain.client)
    await chain.client.setAutomine(false)
    const hashes = []
    for (const to of [contract, other, contract]) {
      hashes.push(
        await chain.client.sendTransaction({ to, data: `0x${'00'.repeat(31)}0${hashes.length + 1}` }),
      )
    }
    await chain.client.mine({ blocks: 1 })
    await chain.client.setAutomine(true)
    await drain(follow())
    assert.deepEqual(delivered, [1n, 3n])
  })

  it('stays the asked number of blocks behind the head', async () => {
    await ping(chain.client, contract, 1n)
    await ping(chain.client, contract, 2n)
    const follower = follow({ confirmations: 1 })
    await drain(follower)
    assert.deepEqual(delivered, [1n])
    assert.equal(follower.status().caughtUp, true)
    await chain.client.mine({ blocks: 1 })
    await drain(follower)
    assert.deepEqual(delivered, [1n, 2n])
  })

  describe('backfill', () => {
    it('reads the past in ranges and the recent blocks one by one', async () => {
      for (const number of [1n, 2n, 3n]) {
        await ping(chain.client, contract, number)
        await chain.client.mine({ blocks: 50 })
      }
      proxy.calls.length = 0
      await drain(follow({ maxRange: 40, reorgDepth: 10 }))
      assert.deepEqual(delivered, [1n, 2n, 3n])
      const ranges = proxy.calls.filter(({ method }) => method === 'eth_getLogs')
      assert.ok(ranges.length >= 4 && ranges.length <= 6, `${ranges.length} queries of logs`)
    })

    it('asks for less when the RPC refuses a large range', async () => {
      for (const number of [1n, 2n]) {
        await ping(chain.client, contract, number)
        await chain.client.mine({ blocks: 60 })
      }
      proxy.handle(async (call, forward) => {
        const [filter] = call.params as [{ fromBlock?: string; toBlock?: string }?]
        const span = Number(filter?.toBlock ?? 0) - Number(filter?.fromBlock ?? 0)
        if (call.method === 'eth_getLogs' && span >= 10)
          throw new RpcFault(-32005, 'query exceeds max block range 10')
        return forward()
      })
      await drain(follow({ reorgDepth: 5 }))
      assert.deepEqual(delivered, [1n, 2n])
    })
  })

  describe('reorganisation', () => {
    it('rewinds to the common ancestor and follows the new fork', async () => {
      await ping(chain.client, contract, 1n)
      const ancestor = await chain.client.getBlockNumber()
      const snapshot = await chain.client.snapshot()
      await ping(chain.client, contract, 2n)
      await ping(chain.client, contract, 3n)
      const follower = follow()
      await drain(follower)
      assert.deepEqual(delivered, [1n, 2n, 3n])
      await chain.client.revert({ id: snapshot })
      await chain.client.setNextBlockTimestamp({
        timestamp: (await chain.client.getBlock()).timestamp + 100n,
      })
      for (const number of [4n, 5n, 6n]) await ping(chain.client, contract, number)
      await drain(follower)
      assert.deepEqual(rewinds, [{ ancestor, removed: [3n, 2n] }])
      assert.deepEqual(delivered, [1n, 4n, 5n, 6n])
      assert.equal((await stored()).length, 4)
      assert.equal(follower.status().rewinds, 1)
    })

    it('notices a fork of the same height', async () => {
      const snapshot = await chain.client.snapshot()
      await ping(chain.client, contract, 1n)
      const follower = follow()
      await drain(follower)
      await chain.client.revert({ id: snapshot })
      await chain.client.setNextBlockTimestamp({
        timestamp: (await chain.client.getBlock()).timestamp + 100n,
      })
      await ping(chain.client, contract, 2n)
      await drain(follower)
      assert.deepEqual(delivered, [2n])
      assert.deepEqual(rewinds, [{ ancestor: start - 1n, removed: [1n] }])
    })

    it('notices a shorter fork, and one that came while it was down', async () => {
      await ping(chain.client, contract, 1n)
      const snapshot = await chain.client.snapshot()
      await ping(chain.client, contract, 2n)
      await ping(chain.client, contract, 3n)
      await drain(follow())
      await chain.client.revert({ id: snapshot })
      await chain.client.setNextBlockTimestamp({
        timestamp: (await chain.client.getBlock()).timestamp + 100n,
      })
      await ping(chain.client, contract, 4n)
      await drain(follow())
      assert.deepEqual(delivered, [1n, 4n])
    })

    it('undoes events together with what the handler wrote', async () => {
      const effects = () => storage.db.selectFrom('meta').select('key').execute()
      const snapshot = await chain.client.snapshot()
      await ping(chain.client, contract, 1n)
      let failing = true
      const follower = follow({
        onBatch: async ({ events, tx }) => {
          for (const event of events) {
            await tx.insertInto('meta').values({ key: event.blockHash, value: '' }).execute()
          }
        },
        onRewind: async ({ removed, tx }) => {
          const hashes = removed.map(({ blockHash }) => blockHash)
          await tx.deleteFrom('meta').where('key', 'in', hashes).execute()
          if (failing) throw new RpcFault(0, 'crash')
        },
      })
      await drain(follower)
      const [before] = await effects()
      await chain.client.revert({ id: snapshot })
      await chain.client.setNextBlockTimestamp({
        timestamp: (await chain.client.getBlock()).timestamp + 100n,
      })
      await ping(chain.client, contract, 2n)
      await assert.rejects(drain(follower))
      assert.deepEqual(await effects(), [before])
      failing = false
      await drain(follower)
      const rows = await effects()
      assert.equal(rows.length, 1)
      assert.notDeepEqual(rows, [before])
    })

    it('refuses a chain that shares nothing with the recorded one', async () => {
      await chain.client.mine({ blocks: 5 })
      const follower = follow()
      await drain(follower)
      await storage.db
        .updateTable('chainBlocks')
        .set({ blockHash: `0x${'0'.repeat(64)}` })
        .execute()
      await storage.db.deleteFrom('chainBlocks').where('blockNumber', '<=', Number(start)).execute()
      await storage.db
        .updateTable('chainCheckpoints')
        .set({ blockHash: `0x${'0'.repeat(64)}` })
        .execute()
      await chain.client.mine({ blocks: 1 })
      await assert.rejects(drain(follower), { code: 'REORG_TOO_DEEP' })
      await assert.rejects(follower.run(AbortSignal.timeout(10_000)), { code: 'REORG_TOO_DEEP' })
    })
  })

  describe('a bad RPC', () => {
    it('that lags moves nothing back', async () => {
      await ping(chain.client, contract, 1n)
      const lagging = await chain.client.getBlockNumber()
      await ping(chain.client, contract, 2n)
      const follower = follow()
      await drain(follower)
      const height = `0x${lagging.toString(16)}`
      proxy.handle(async (call, forward) => {
        if (call.method !== 'eth_getBlockByNumber') return forward()
        const [tag] = call.params as [string]
        if (tag === 'latest') return forward({ ...call, params: [height, false] })
        return BigInt(tag) > lagging ? null : forward()
      })
      assert.equal(await follower.poll(), 'lagging')
      assert.deepEqual(rewinds, [])
      proxy.handle()
      await ping(chain.client, contract, 3n)
      await drain(follower)
      assert.deepEqual(delivered, [1n, 2n, 3n])
    })

    it('whose head is ahead of its blocks is waited for', async () => {
      await ping(chain.client, contract, 1n)
      const known = await chain.client.getBlockNumber()
      await ping(chain.client, contract, 2n)
      proxy.handle(async (call, forward) => {
        const [tag] = call.params as [string]
        const isBeyond = call.method === 'eth_getBlockByNumber' && tag !== 'latest' && BigInt(tag) > known
        return isBeyond ? null : forward()
      })
      const follower = follow()
      assert.equal(await drain(follower), 'lagging')
      assert.deepEqual(delivered, [1n])
      proxy.handle()
      await drain(follower)
      assert.deepEqual(delivered, [1n, 2n])
    })

    it('that gives logs of another fork is not believed', async () => {
      await ping(chain.client, contract, 1n)
      await chain.client.mine({ blocks: 5 })
      proxy.handle(async (call, forward) => {
        const result = await forward()
        if (call.method !== 'eth_getLogs') return result
        return (result as object[]).map((log) => ({ ...log, blockHash: `0x${'ab'.repeat(32)}` }))
      })
      const recent = follow()
      await assert.rejects(drain(recent), { code: 'RPC_INCONSISTENT', retryable: true })
      assert.equal(recent.status().lastErrorCode, 'RPC_INCONSISTENT')
      await assert.rejects(drain(follow({ reorgDepth: 2 })), { code: 'RPC_INCONSISTENT' })
      assert.deepEqual(delivered, [])
      proxy.handle()
      await drain(recent)
      assert.deepEqual(delivered, [1n])
      assert.equal(recent.status().lastErrorCode, undefined)
    })

    it('whose headers do not follow each other is not believed', async () => {
      await ping(chain.client, contract, 1n)
      await ping(chain.client, contract, 2n)
      proxy.handle(async (_, forward) => {
        const block = (await forward()) as { number?: string; parentHash?: string } | null
        const isSecond = block?.number === `0x${(start + 1n).toString(16)}`
        return isSecond ? { ...block, parentHash: `0x${'cd'.repeat(32)}` } : block
      })
      await assert.rejects(drain(follow()), { code: 'RPC_INCONSISTENT' })
      assert.deepEqual(delivered, [])
    })

    it('that fails is asked again, with the failures counted, until the signal stops it', async () => {
      await ping(chain.client, contract, 1n)
      let requests = 0
      proxy.handle(async (_, forward) => {
        requests += 1
        if (requests <= 2) throw new RangeError('connection lost')
        if (requests <= 4 || requests === 6) throw new RpcFault(-32000, 'overloaded')
        return forward()
      })
      const errors: string[] = []
      const controller = new AbortController()
      const follower = follow({
        onError: (code) => errors.push(code),
        onCommit: ({ events }) => {
          if (events.length > 0) controller.abort()
        },
      })
      await follower.run(controller.signal)
      assert.deepEqual(delivered, [1n])
      assert.ok(errors.includes('CHAIN_UNREACHABLE'), errors.join())
      assert.ok(errors.includes('CHAIN_REQUEST_FAILED'), errors.join())
    })
  })

  it('runs until it is told to stop and takes in what comes meanwhile', async () => {
    const controller = new AbortController()
    const follower = follow({
      onCommit: () => {
        if (delivered.length === 3) controller.abort()
      },
    })
    const running = follower.run(controller.signal)
    for (const number of [1n, 2n, 3n]) await ping(chain.client, contract, number)
    await running
    assert.deepEqual(delivered, [1n, 2n, 3n])
  })
})
