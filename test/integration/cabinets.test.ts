import assert from 'node:assert/strict'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  type CabinetQuery,
  createMemoryJobStore,
  getEscrowAccount,
  getUsdcBalance,
  runJob,
  TensorSet,
  type Writer,
} from '@dim/sdk'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { type CabinetPolicy, schema } from '../../packages/node/src/cabinets/cabinetPolicy.ts'
import { type CabinetStore, createCabinetStore } from '../../packages/node/src/cabinets/cabinetStore.ts'
import { inspectCabinet } from '../../packages/node/src/cabinets/inspectCabinet.ts'
import type { DimNode } from '../../packages/node/src/node.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { createProviderHome, type ProviderHome } from '../support/providerNode.ts'

const rows = [
  ...[1, 2, 3, 4].map((age) => `north,${age}`),
  ...[10, 20, 30].map((age) => `south,${age}`),
  'west,99',
]

describe('a paid job over a cabinet', () => {
  let chain: TestChain
  let home: ProviderHome
  let node: DimNode
  let client: Writer
  let store: CabinetStore
  let file: string

  before(async () => {
    chain = await startChain()
    home = await createProviderHome(chain)
    node = await home.open()
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(account)
    store = createCabinetStore(join(home.config.node.dataDir, 'cabinets'))
    file = join(home.dir, 'people.csv')
    await writeFile(file, `city,age\n${rows.join('\n')}\n`)
    await register()
  })
  after(async () => {
    await node?.stop()
    await chain?.close()
    await home?.remove()
  })

  const policy = (change: Record<string, unknown> = {}): CabinetPolicy =>
    schema.parse({
      clients: [client.account.address],
      models: {
        [home.modelKey]: {
          inputs: { x: { columns: ['age'] } },
          answers: {
            rows: { kind: 'count' },
            mean: { kind: 'mean', output: 'y' },
            spread: { kind: 'histogram', output: 'y', edges: [10, 50] },
          },
        },
      },
      filters: { city: { values: ['north', 'south', 'west'] } },
      minGroup: 3,
      budget: { periodSeconds: 86_400, perClient: 3, total: 10 },
      sandbox: 'any',
      ...change,
    })
  const register = async (change?: Record<string, unknown>) => {
    const about = { name: 'people', description: '', nowMs: 0, forbidden: [] }
    await store.put({ ...(await inspectCabinet(file, about)), policy: policy(change) })
  }
  const ask = (query: Partial<CabinetQuery.CabinetQuery>) =>
    runJob(client, {
      store: createMemoryJobStore(),
      modelKey: home.modelKey,
      inputs: {},
      cabinet: { name: 'people', answers: ['rows', 'mean', 'spread'], ...query },
      maxPriceUsdc: 3_000n,
      provider: home.account.address,
      pollingIntervalMs: 20,
      timeoutMs: 60_000,
    })
  const numbers = (outputs: TensorSet.TensorSet) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, Array.from(TensorSet.toNumbers(tensor))]),
    )
  const balance = async () => {
    const { address: account } = client.account
    const { availableUsdc } = await getEscrowAccount(client, { account })
    return (await getUsdcBalance(client, { account })) + availableUsdc
  }
  /** Refused before or after it was opened: in the end the money is where it was. */
  const refusesFreely = async (code: RegExp, query: Partial<CabinetQuery.CabinetQuery>) => {
    const before = await balance()
    await assert.rejects(ask(query), (error: Error & { code: string }) => {
      assert.match(`${error.code} ${error.message} ${String(error.cause)}`, code)
      return true
    })
    assert.equal(await balance(), before)
  }

  it('answers with aggregates of whole groups; a group that is too small is in none of them', async () => {
    const { outputs, chargedUsdc, receipt } = await ask({})
    const ages = [1, 2, 3, 4, 10, 20, 30]
    const mean = (2 * ages.reduce((sum, age) => sum + age, 0)) / ages.length
    // Of north all four are below 10; of south one bin would tell of a single row, so all of south is left out.
    assert.deepEqual(numbers(outputs), { rows: [7], mean: [mean], spread: [4, 0, 0] })
    assert.ok(chargedUsdc > 0n)
    assert.equal(receipt.modelKey, home.modelKey)
  })

  it('answers for the buckets that were chosen', async () => {
    const { outputs } = await ask({ where: { city: ['south'] }, answers: ['mean', 'rows'] })
    assert.deepEqual(numbers(outputs), { rows: [3], mean: [40] })
  })

  it('declines a group that is too small, and the client has its money back', async () => {
    await refusesFreely(/JOB_DECLINED/, { where: { city: ['west'] } })
    const declined = home.lines.find(({ stage, reason }) => stage === 'declining' && reason !== undefined)
    assert.equal(declined?.reason, 'CABINET_GROUP_TOO_SMALL')
  })

  it('refuses before anything is paid: a cabinet, a bucket, an answer that is not there', async () => {
    await refusesFreely(/CABINET_UNKNOWN/, { name: 'none' })
    await refusesFreely(/CABINET_QUERY_REFUSED/, { where: { city: ['east'] } })
    await refusesFreely(/CABINET_QUERY_REFUSED/, { answers: ['max'] })
  })

  it('refuses whom, what and where the policy does not name, from the next job on', async () => {
    await register({ clients: [] })
    await refusesFreely(/CABINET_ACCESS_REFUSED/, {})
    await register({ models: {} })
    await refusesFreely(/CABINET_MODEL_REFUSED/, {})
    await register({ sandbox: 'contained' })
    await refusesFreely(/CABINET_SANDBOX_TOO_WEAK/, {})
    await register()
  })

  it('counts only what was answered, over a restart of the node', async () => {
    await node.stop()
    node = await home.open()
    await ask({ answers: ['rows'] })
    await refusesFreely(/CABINET_BUDGET_SPENT/, { answers: ['rows'] })
  })

  it('declines when the data are not what was registered', async () => {
    await register({ budget: { periodSeconds: 86_400, perClient: 100, total: 100 } })
    await appendFile(file, 'north,5\n')
    await refusesFreely(/JOB_DECLINED/, {})
    const reasons = home.lines.filter(({ stage }) => stage === 'declining').map(({ reason }) => reason)
    assert.deepEqual(reasons, ['CABINET_GROUP_TOO_SMALL', 'CABINET_CHANGED'])
  })
})
