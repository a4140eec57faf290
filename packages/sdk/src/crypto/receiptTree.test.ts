import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Hex, keccak256, toHex } from 'viem'
import * as ReceiptTree from './receiptTree.ts'

const hashes = (count: number): Hex[] =>
  Array.from({ length: count }, (_, i) => keccak256(toHex(i + 1, { size: 32 })))

/** The definition, word for word: the left subtree holds the largest power of two below the number of leaves. */
function defined(leaves: readonly Hex[]): Hex {
  if (leaves.length === 1) return ReceiptTree.leafHash(leaves[0] as Hex)
  let left = 1
  while (left * 2 < leaves.length) left *= 2
  return ReceiptTree.nodeHash(defined(leaves.slice(0, left)), defined(leaves.slice(left)))
}

test('the root is that of the definition', () => {
  for (let count = 1; count <= 70; count++)
    assert.equal(ReceiptTree.root(hashes(count)), defined(hashes(count)))
})

test('every receipt has a proof at its place, and at no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(60), (count, at, elsewhere) => {
      const index = at % count
      const [root, proof] = [ReceiptTree.root(hashes(count)), ReceiptTree.proof(hashes(count), index)]
      const receiptHash = hashes(count)[index] as Hex
      const tree = { root, count, index, receiptHash }
      assert.equal(ReceiptTree.verify(proof, tree), true)
      assert.equal(ReceiptTree.verify(proof, { ...tree, index: elsewhere }), elsewhere === index)
      assert.equal(ReceiptTree.verify([...proof, root], tree), false)
      assert.equal(ReceiptTree.verify(proof.slice(1), tree), proof.length === 0)
      assert.equal(ReceiptTree.verify(proof, { ...tree, receiptHash: keccak256(receiptHash) }), false)
    }),
    { numRuns: 300 },
  )
})

test('the count belongs to the tree: a proof of one count does not serve another with a proof of other length', () => {
  const tree = { root: ReceiptTree.root(hashes(4)), index: 0, receiptHash: hashes(4)[0] as Hex }
  const proof = ReceiptTree.proof(hashes(4), 0)
  assert.equal(ReceiptTree.verify(proof, { ...tree, count: 4 }), true)
  for (const count of [0, 1, 2, 5, 8]) assert.equal(ReceiptTree.verify(proof, { ...tree, count }), false)
})

test('a node does not pass for a receipt', () => {
  const [a, b] = hashes(2) as [Hex, Hex]
  const node = ReceiptTree.nodeHash(ReceiptTree.leafHash(a), ReceiptTree.leafHash(b))
  assert.notEqual(ReceiptTree.leafHash(node), node)
  assert.equal(
    ReceiptTree.verify([], { root: ReceiptTree.root([a, b]), count: 1, index: 0, receiptHash: node }),
    false,
  )
})

test('an empty tree and a place that is not there are refused', () => {
  assert.throws(() => ReceiptTree.root([]), { code: 'RECEIPT_TREE_EMPTY' })
  assert.throws(() => ReceiptTree.proof(hashes(3), 3), { code: 'RECEIPT_UNKNOWN' })
  assert.throws(() => ReceiptTree.proof(hashes(3), -1), { code: 'RECEIPT_UNKNOWN' })
  const tree = { root: ReceiptTree.root(hashes(1)), count: 1, receiptHash: hashes(1)[0] as Hex }
  for (const index of [-1, 0.5, 1, Number.NaN])
    assert.equal(ReceiptTree.verify([], { ...tree, index }), false)
})
