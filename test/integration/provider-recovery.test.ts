import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  createJobWithAuthorization,
  type Deployment,
  expireJobs,
  formatDeployment,
  getEscrowAccount,
  getInferenceStatus,
  getJob,
  getJobEvents,
  getNodeInfo,
  getUsdcBalance,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import type { Hex, LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { rotateHpkeKey } from '../../packages/node/src/identity/rotateHpkeKey.ts'
import { createNode, type DimNode } from '../../packages/node/src/node.ts'
import { createLogger } from '../../packages/node/src/telemetry/logger.ts'
import { startChain, type TestChain } from '../support/chain.ts'
import { vector } from '../support/doubler.ts'
import { createProviderHome, PASSWORD, type ProviderHome } from '../support/providerNode.ts'
import { prepareRawJob, type RawJob } from '../support/rawJob.ts'
import { until } from '../support/until.ts'

describe('a provider recovers', () => {
  let chain: TestChain
  let home: ProviderHome
  let node: DimNode | undefined
  let client: Writer
  let stranger: Writer

  before(async () => {
    chain = await startChain()
    home = await createProviderHome(chain)
    const account = privateKeyToAccount(generatePrivateKey())
    await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
    client = chain.writer(account)
    stranger = chain.writer(chain.accounts[5] as LocalAccount)
  })
  afterEach(async () => {
    await node?.stop()
    node = undefined
  })
  after(async () => {
    await chain?.close()
    await home?.remove()
  })

  const start = async () => {
    node = await home.open()
    return node.status().endpoint
  }
  const prepare = (endpoint: string) =>
    prepareRawJob(client, { endpoint, modelKey: home.modelKey, inputs: vector(3, 4) })
  const statusOf = async (jobId: Hex) => (await getJob(chain.reader, { jobId })).status
  const reaches = (jobId: Hex, status: string) => until(async () => (await statusOf(jobId)) === status)
  const earned = async () =>
    (await getEscrowAccount(chain.reader, { account: home.account.address })).availableUsdc

  const openByStranger = async ({ params, sign }: RawJob) => {
    const hash = await createJobWithAuthorization(stranger, { params, ...(await sign()) })
    await waitForTransaction(stranger, { hash })
  }

  it('is paid after the window when the client stays silent', async () => {
    const endpoint = await start()
    const job = await prepare(endpoint)
    const before = await earned()
    await job.submit()
    await reaches(job.jobId, 'submitted')
    await chain.passTime(job.params.challengeWindow + 1)
    await reaches(job.jobId, 'paid')
    assert.ok((await earned()) > before)
    const { status } = await until(async () => {
      const answer = await getInferenceStatus(endpoint, { jobId: job.jobId })
      return answer.transactions.settle !== undefined && answer
    })
    assert.equal(status, 'completed')
  })

  it('delivers a job that was opened while it was away, by whomever', async () => {
    const job = await prepare(await start())
    await node?.stop()
    await openByStranger(job)
    await start()
    await reaches(job.jobId, 'submitted')
  })

  it('costs the client nothing when it stays away: anybody gives the money back', async () => {
    const job = await prepare(await start())
    await node?.stop()
    await openByStranger(job)
    const { availableUsdc: before } = await getEscrowAccount(chain.reader, {
      account: client.account.address,
    })
    const { timestamp } = await chain.test.getBlock()
    await chain.passTime(job.params.submitBy - Number(timestamp) + 1)
    const hash = await expireJobs(stranger, { jobs: [job.params] })
    await waitForTransaction(stranger, { hash })
    assert.equal(await statusOf(job.jobId), 'refunded')
    const { availableUsdc } = await getEscrowAccount(chain.reader, { account: client.account.address })
    assert.equal(availableUsdc - before, job.params.price)
    const endpoint = await start()
    await until(async () => (await getInferenceStatus(endpoint, { jobId: job.jobId })).status === 'refunded')
  })

  it('gives an overdue job of its own back by itself', async () => {
    const job = await prepare(await start())
    await node?.stop()
    await openByStranger(job)
    const { timestamp } = await chain.test.getBlock()
    await chain.passTime(job.params.submitBy - Number(timestamp) + 1)
    await start()
    await reaches(job.jobId, 'refunded')
  })

  it('after a reorganisation puts the job back and delivers the same result again', async () => {
    const endpoint = await start()
    const job = await prepare(endpoint)
    const spent = await getUsdcBalance(chain.reader, { account: client.account.address })
    const id = await chain.test.snapshot()
    await job.submit()
    await reaches(job.jobId, 'submitted')
    const first = (await getJobEvents(chain.reader, { jobId: job.jobId })).submitted
    await chain.test.revert({ id })
    assert.equal(await statusOf(job.jobId), 'none')
    await chain.test.mine({ blocks: 3 })
    await reaches(job.jobId, 'submitted')
    const second = (await getJobEvents(chain.reader, { jobId: job.jobId })).submitted
    assert.equal(second?.resultCommit, first?.resultCommit)
    assert.equal(second?.resultRef, first?.resultRef)
    const left = await getUsdcBalance(chain.reader, { account: client.account.address })
    assert.equal(spent - left, job.params.price)
    const runs = home.lines.filter(({ stage, jobId }) => stage === 'running' && jobId === job.jobId)
    assert.equal(runs.length, 1)
  })

  it('is stopped in the middle of a run within its time, and finishes the job after the next start', async () => {
    const slow = await createProviderHome(chain, { rounds: 300_000 })
    try {
      let running = await slow.open()
      const { endpoint } = running.status()
      const job = await prepareRawJob(client, { endpoint, modelKey: slow.modelKey, inputs: vector(5) })
      await job.submit()
      await until(async () => slow.lines.some(({ stage }) => stage === 'running'))
      const report = await running.stop()
      assert.deepEqual(report, { failures: [], timedOut: [] })
      assert.equal(await statusOf(job.jobId), 'open')
      running = await slow.open()
      await reaches(job.jobId, 'submitted')
      await running.stop()
    } finally {
      await slow.remove()
    }
  })

  it('opens what was sealed to the encryption key before the present one', async () => {
    const job = await prepare(await start())
    await node?.stop()
    const now = Number((await chain.test.getBlock()).timestamp)
    const keystore = { dir: join(home.dir, 'keystore'), password: PASSWORD, scryptN: 1024 }
    await rotateHpkeKey({ ...keystore, now, retireAfter: now + 10_000 })
    await openByStranger(job)
    const endpoint = await start()
    await reaches(job.jobId, 'submitted')
    const { record } = await getNodeInfo(endpoint)
    assert.notEqual(record.hpkeKey, job.record.hpkeKey)
    assert.equal(record.version > job.record.version, true)
  })

  it('announces itself once while nothing about it changes', async () => {
    const steady = await createProviderHome(chain, { config: { http: { publicUrl: 'http://127.0.0.1:9' } } })
    try {
      for (const _start of [1, 2]) await (await steady.open()).stop()
      const said = (message: string) => steady.lines.filter(({ msg }) => msg === message).length
      assert.equal(said('node started'), 2)
      assert.equal(said('provider was announced'), 1)
      assert.equal(said('service key was set'), 1)
    } finally {
      await steady.remove()
    }
  })

  it('says which port is taken', async () => {
    const first = new URL(await start())
    const other = await createProviderHome(chain, { config: { http: { port: Number(first.port) } } })
    try {
      await assert.rejects(other.open(), { code: 'PORT_IN_USE' })
    } finally {
      await other.remove()
    }
  })

  const changes: [string, Partial<Deployment>][] = [
    ['the chain was started anew', { genesisHash: `0x${'00'.repeat(32)}` }],
    ['the contracts were deployed anew', { jobEscrow: `0x${'11'.repeat(20)}` }],
  ]

  for (const [name, change] of changes) {
    it(`keeps its state to itself when ${name}`, async () => {
      const deploymentFile = join(home.dir, 'other.json')
      await writeFile(deploymentFile, JSON.stringify(formatDeployment({ ...chain.deployment, ...change })))
      const config = { ...home.config, chain: { ...home.config.chain, deploymentFile } }
      const logger = createLogger({ level: 'silent', format: 'json' })
      await assert.rejects(createNode(config, { logger, password: async () => PASSWORD }), {
        code: 'CHAIN_RESET',
      })
    })
  }
})
