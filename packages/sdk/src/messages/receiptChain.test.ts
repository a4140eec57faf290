import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Hex, zeroHash } from 'viem'
import * as ReceiptTree from '../crypto/receiptTree.ts'
import * as Receipt from './receipt.ts'
import * as ReceiptBatch from './receiptBatch.ts'
import { inspectReceiptChains } from './receiptChain.ts'

const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const base = {
  provider: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  payer: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  channelId: word('0a'),
  modelKey: word('01'),
  requestHash: word('02'),
  responseHash: word('03'),
  details: {
    runtime: 'onnxruntime-node 1.30.0',
    executionProvider: 'cpu',
    sandbox: 'process',
    timingsMs: { queue: 0, load: 0, run: 1 },
  },
  servedAt: 1_790_000_000,
} as const

function chain(count: number, options: { channelId?: Hex } = {}): Receipt.Receipt[] {
  const receipts: Receipt.Receipt[] = []
  for (let i = 0; i < count; i++) {
    receipts.push(
      Receipt.forChannel({ ...base, ...options, charged: BigInt(i + 1), previous: receipts.at(-1) }),
    )
  }
  return receipts
}

test('a channel of receipts counts up, chains and adds up', () => {
  const receipts = chain(4)
  assert.deepEqual(
    receipts.map(({ seq, cumulativeCharged }) => [seq, cumulativeCharged]),
    [
      [0n, 1n],
      [1n, 3n],
      [2n, 6n],
      [3n, 10n],
    ],
  )
  assert.equal(receipts[0]?.prevReceipt, zeroHash)
  assert.equal(receipts[3]?.prevReceipt, Receipt.structHash(receipts[2] as Receipt.Receipt))
  const [report, ...others] = inspectReceiptChains([...receipts].reverse())
  assert.deepEqual(others, [])
  assert.deepEqual(report, {
    provider: base.provider,
    channelId: base.channelId,
    count: 4,
    chargedUsdc: 10n,
    gaps: [],
    forks: [],
    breaks: [],
    isWhole: true,
  })
})

test('receipts that are missing are named, at the start as in the middle', () => {
  const [, second, , , fifth] = chain(6) as [
    Receipt.Receipt,
    Receipt.Receipt,
    unknown,
    unknown,
    Receipt.Receipt,
  ]
  const [report] = inspectReceiptChains([fifth, second])
  assert.deepEqual(report?.gaps, [
    { from: 0n, to: 0n },
    { from: 2n, to: 3n },
  ])
  assert.deepEqual([report?.isWhole, report?.forks, report?.breaks], [false, [], []])
})

test('a channel is checked on from a receipt that was checked before', () => {
  const receipts = chain(6)
  const after = [receipts[2] as Receipt.Receipt]
  assert.equal(inspectReceiptChains(receipts.slice(3), { after })[0]?.isWhole, true)
  assert.deepEqual(inspectReceiptChains(receipts.slice(4), { after })[0]?.gaps, [{ from: 3n, to: 3n }])
})

test('two receipts of one place are a fork, and the same receipt twice is none', () => {
  const receipts = chain(3)
  assert.equal(inspectReceiptChains([...receipts, ...receipts])[0]?.isWhole, true)
  const other = { ...(receipts[1] as Receipt.Receipt), responseHash: word('09') }
  const [report] = inspectReceiptChains([...receipts, other])
  assert.deepEqual(report?.forks, [{ seq: 1n, receipts: [receipts[1], other] }])
  assert.deepEqual([report?.isWhole, report?.breaks, report?.count], [false, [], 3])
})

test('a receipt that names another predecessor or adds up wrongly is a break', () => {
  const [first, second] = chain(2) as [Receipt.Receipt, Receipt.Receipt]
  const breaksOf = (changed: Partial<Receipt.Receipt>) =>
    inspectReceiptChains([first, { ...second, ...changed }])[0]?.breaks
  assert.deepEqual(breaksOf({ prevReceipt: word('0f') }), [{ seq: 1n, rule: 'prevReceipt' }])
  assert.deepEqual(breaksOf({ cumulativeCharged: 4n }), [{ seq: 1n, rule: 'cumulativeCharged' }])
  assert.deepEqual(inspectReceiptChains([{ ...first, prevReceipt: word('0f') }])[0]?.breaks, [
    { seq: 0n, rule: 'prevReceipt' },
  ])
  assert.deepEqual(inspectReceiptChains([{ ...first, cumulativeCharged: 7n }])[0]?.breaks, [
    { seq: 0n, rule: 'cumulativeCharged' },
  ])
})

test('channels are reported apart', () => {
  const reports = inspectReceiptChains([...chain(2), ...chain(3, { channelId: word('0b') })])
  assert.deepEqual(
    reports.map(({ channelId, count, isWhole }) => [channelId, count, isWhole]),
    [
      [word('0a'), 2, true],
      [word('0b'), 3, true],
    ],
  )
  assert.deepEqual(inspectReceiptChains([]), [])
})

test('a batch sums its receipts and shows each at its place only', () => {
  const receipts = chain(5)
  const batch = ReceiptBatch.of(receipts, { provider: base.provider, epoch: 3n })
  assert.deepEqual([batch.count, batch.total, batch.epoch], [5, 15n, 3n])
  const proof = ReceiptTree.proof(receipts.map(Receipt.structHash), 4)
  const receipt = receipts[4] as Receipt.Receipt
  assert.equal(ReceiptBatch.includes(batch, { receipt, index: 4, proof }), true)
  assert.equal(ReceiptBatch.includes(batch, { receipt, index: 3, proof }), false)
  assert.equal(ReceiptBatch.includes(batch, { receipt: { ...receipt, charged: 9n }, index: 4, proof }), false)
  assert.throws(() => ReceiptBatch.of(receipts, { provider: base.payer, epoch: 3n }), {
    code: 'RECEIPT_INVALID',
  })
  assert.throws(() => ReceiptBatch.of([], { provider: base.provider, epoch: 3n }), {
    code: 'RECEIPT_TREE_EMPTY',
  })
})
