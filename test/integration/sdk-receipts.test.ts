import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import * as dim from '@dim/sdk'
import { type Hex, type LocalAccount, sha256, stringToHex, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain, type TestChain } from '../support/chain.ts'

const key = (text: string): Hex => sha256(stringToHex(text))
const usdc = (amount: number) => BigInt(amount) * 1_000_000n
const details: dim.Receipt.Details = {
  runtime: 'onnxruntime-node 1.30.0',
  executionProvider: 'cpu',
  sandbox: 'process',
  timingsMs: { queue: 0, load: 0, run: 1 },
}

describe('receipts on a real chain', () => {
  let chain: TestChain
  let snapshot: Hex
  let provider: dim.Writer
  let finder: dim.Writer
  let servedAt: number

  before(async () => {
    chain = await startChain()
    const writers = chain.accounts.slice(1, 3).map((account) => chain.writer(account))
    ;[provider, finder] = writers as [dim.Writer, dim.Writer]
  })
  after(() => chain.close())
  beforeEach(async () => {
    snapshot = await chain.test.snapshot()
    servedAt = await dim.getChainTime(chain.reader)
  })
  afterEach(() => chain.test.revert({ id: snapshot }))

  const mined = async (hash: Promise<Hex>) => dim.waitForTransaction(chain.reader, { hash: await hash })
  const receiptOf = (previous?: dim.Receipt.Receipt, responseHash = key('answer')) =>
    dim.Receipt.forChannel({
      provider: provider.account.address,
      payer: finder.account.address,
      channelId: key('channel'),
      modelKey: key('model'),
      requestHash: key('request'),
      responseHash,
      details,
      charged: 3_000n,
      servedAt,
      previous,
    })
  const chainOf = (count: number) => {
    const receipts: dim.Receipt.Receipt[] = []
    for (let i = 0; i < count; i++) receipts.push(receiptOf(receipts.at(-1)))
    return receipts
  }
  const signed = async (receipt: dim.Receipt.Receipt, signer = provider.account as LocalAccount) => ({
    receipt,
    signature: await dim.Receipt.sign(chain.deployment, receipt, signer),
  })

  describe('a batch', () => {
    const batchOf = (receipts: readonly dim.Receipt.Receipt[], epoch: bigint) =>
      dim.ReceiptBatch.of(receipts, { provider: provider.account.address, epoch })

    it('is anchored once, listed, and holds each receipt at its place as the contract computes it', async () => {
      const all = chainOf(9)
      for (let count = 1; count <= 9; count++) {
        const receipts = all.slice(0, count)
        const hashes = receipts.map(dim.Receipt.structHash)
        const batch = batchOf(receipts, BigInt(count))
        await mined(dim.anchorReceipts(provider, { batch }))
        const { anchoredAt } = (await dim.listAnchors(chain.reader)).at(-1) as dim.ListedAnchor
        assert.equal(await dim.isBatchAnchored(chain.reader, { batch, anchoredAt }), true)
        for (let place = 0; place <= count; place++) {
          const index = Math.min(place, count - 1)
          const receiptHash = hashes[index] as Hex
          const proof = dim.ReceiptTree.proof(hashes, index)
          const tree = { root: batch.root, count, index: place, receiptHash }
          const here = dim.ReceiptTree.verify(proof, tree)
          const there = await dim.isReceiptIncluded(chain.reader, {
            batch,
            anchoredAt,
            index: place,
            receiptHash,
            proof,
          })
          assert.deepEqual([here, there], [place < count, place < count], `${place} of ${count}`)
        }
      }
    })

    it('fits its contract for proofs that were tampered with, too', async () => {
      const hashes = chainOf(7).map(dim.Receipt.structHash)
      const batch = batchOf(chainOf(7), 1n)
      await mined(dim.anchorReceipts(provider, { batch }))
      const [{ anchoredAt }] = (await dim.listAnchors(chain.reader)) as [dim.ListedAnchor]
      for (let index = 0; index < 7; index++) {
        const proof = dim.ReceiptTree.proof(hashes, index)
        const receiptHash = hashes[index] as Hex
        const wrong = [proof.slice(1), [...proof, zeroHash], proof.toReversed(), [zeroHash, ...proof], []]
        for (const candidate of wrong) {
          for (const at of [index, (index + 1) % 7, 6]) {
            const tree = { root: batch.root, count: 7, index: at, receiptHash }
            const asked = { batch, anchoredAt, index: at, receiptHash, proof: candidate }
            assert.equal(
              dim.ReceiptTree.verify(candidate, tree),
              await dim.isReceiptIncluded(chain.reader, asked),
            )
          }
        }
      }
    })

    it('is anchored by a service key of the provider, never by a stranger, and never twice', async () => {
      const batch = batchOf(chainOf(2), 1n)
      await assert.rejects(dim.anchorReceipts(finder, { batch }), {
        code: 'CONTRACT_NOT_PROVIDER_OR_KEY',
      })
      const service = chain.accounts[5] as LocalAccount
      const validFrom = (await dim.getChainTime(chain.reader)) + 10
      const named = { provider: provider.account.address, key: service.address, validFrom }
      const proof = await dim.ServiceKey.sign(chain.deployment, named, service)
      await mined(dim.setServiceKey(provider, { serviceKey: service.address, validFrom, proof }))
      await chain.passTime(10)
      const anchored = await mined(dim.anchorReceipts(chain.writer(service), { batch }))
      const { accessList = [] } = await chain.test.getTransaction({ hash: anchored.transactionHash })
      const [read] = accessList
      const period = await chain.test.getStorageAt({
        address: chain.deployment.providerRegistry,
        slot: read?.storageKeys[0] as Hex,
      })
      assert.equal(read?.address, chain.deployment.providerRegistry.toLowerCase())
      assert.ok(BigInt(period ?? 0) > 0n, 'what is named beforehand is where the key stands')
      await assert.rejects(dim.anchorReceipts(provider, { batch }), { code: 'CONTRACT_EPOCH_ANCHORED' })
      const asked = { provider: provider.account.address, epoch: 1n }
      assert.notEqual(await dim.getAnchor(chain.reader, asked), zeroHash)
      assert.equal(await dim.getAnchor(chain.reader, { ...asked, epoch: 2n }), zeroHash)
      assert.deepEqual(await dim.listAnchors(chain.reader, { provider: finder.account.address }), [])
      const [listed] = await dim.listAnchors(chain.reader, asked)
      assert.deepEqual(listed?.batch, batch)
    })
  })

  describe('a contradiction', () => {
    const stake = async () => {
      const amountUsdc = usdc(100)
      await mined(dim.approveUsdc(provider, { spender: chain.deployment.providerRegistry, amountUsdc }))
      await mined(dim.stake(provider, { provider: provider.account.address, amountUsdc }))
    }

    it('slashes the provider once and pays the finder', async () => {
      await stake()
      const [first, second] = [receiptOf(), receiptOf(undefined, key('another answer'))]
      assert.equal(await dim.getReceiptHash(chain.reader, { receipt: first }), dim.Receipt.structHash(first))
      const [report] = dim.inspectReceiptChains([first, second])
      assert.equal(report?.forks[0]?.receipts.length, 2)
      const receipts = [await signed(first), await signed(second)] as const
      const asked = { provider: provider.account.address, chargedUsdc: first.charged }
      const slashUsdc = await dim.getSlashAmount(chain.reader, asked)
      assert.equal(slashUsdc, usdc(5))
      await mined(dim.proveEquivocation(finder, { receipts }))
      const { stakeUsdc } = await dim.getStakeAccount(chain.reader, asked)
      assert.equal(stakeUsdc, usdc(100) - slashUsdc)
      const credit = await dim.getCredit(chain.reader, { account: finder.account.address })
      assert.equal(credit, slashUsdc / 10n)
      await assert.rejects(dim.proveEquivocation(finder, { receipts }), { code: 'CONTRACT_ALREADY_PROVEN' })
    })

    it('needs two signed receipts of one place that differ, served lately', async () => {
      await stake()
      const [first, second] = chainOf(2) as [dim.Receipt.Receipt, dim.Receipt.Receipt]
      const other = receiptOf(undefined, key('another answer'))
      const prove = async (a: dim.SignedReceipt, b: dim.SignedReceipt) =>
        dim.proveEquivocation(finder, { receipts: [a, b] })
      const stranger = privateKeyToAccount(generatePrivateKey())
      await assert.rejects(prove(await signed(first), await signed(second)), {
        code: 'CONTRACT_RECEIPTS_UNRELATED',
      })
      await assert.rejects(prove(await signed(first), await signed(first)), {
        code: 'CONTRACT_RECEIPTS_IDENTICAL',
      })
      await assert.rejects(prove(await signed(first), await signed(other, stranger)), {
        code: 'CONTRACT_RECEIPT_NOT_SIGNED',
      })
      const pair = [await signed(first), await signed(other)] as const
      await chain.passTime((await dim.getReceiptPeriod(chain.reader)) + 1)
      await assert.rejects(prove(...pair), { code: 'CONTRACT_RECEIPT_OUT_OF_PERIOD' })
    })

    it('of a job needs the terms of that job', async () => {
      await stake()
      const modelKey = key('model')
      await mined(dim.registerModel(finder, { modelKey, floorUsdc: 1_000n, royaltyBps: 0, policy: 'public' }))
      const amountUsdc = usdc(1)
      await mined(dim.approveUsdc(finder, { spender: chain.deployment.jobEscrow, amountUsdc }))
      await mined(dim.deposit(finder, { amountUsdc }))
      const params = dim.JobParams.parse({
        client: finder.account.address,
        provider: provider.account.address,
        modelKey,
        inputCommit: key('request'),
        inputRef: key('ref'),
        price: '3000',
        floor: '1000',
        submitBy: servedAt + 600,
        challengeWindow: 0,
        feeBps: await dim.getFeeBps(chain.reader),
        royaltyBps: 0,
        verifyMode: 0,
        groupId: zeroHash,
        nonce: '1',
      })
      await mined(dim.createJob(finder, { params }))
      const jobReceipt = (resultCommit: Hex) =>
        dim.Receipt.forJob({
          provider: params.provider,
          client: params.client,
          jobId: dim.JobParams.jobId(chain.deployment, params),
          modelKey,
          inputCommit: params.inputCommit,
          resultCommit,
          details,
          charged: params.price,
          servedAt,
        })
      const receipts = [await signed(jobReceipt(key('a'))), await signed(jobReceipt(key('b')))] as const
      await assert.rejects(dim.proveEquivocation(finder, { receipts }), { code: 'CONTRACT_JOB_TERMS_NEEDED' })
      const other = { ...params, nonce: 2n }
      await assert.rejects(dim.proveJobEquivocation(finder, { params: other, receipts }), {
        code: 'CONTRACT_JOB_MISMATCH',
      })
      await mined(dim.proveJobEquivocation(finder, { params, receipts }))
      const { stakeUsdc } = await dim.getStakeAccount(chain.reader, { provider: params.provider })
      assert.equal(stakeUsdc, usdc(95))
    })
  })
})
