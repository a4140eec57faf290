import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import fc from 'fast-check'
import { type Address, bytesToHex, type Hex, keccak256, pad, toHex } from 'viem'
import { createAllowlist, proveAllowed } from './allowlist.ts'
import { createMerkleTree, merkleProof, verifyMerkleProof } from './merkleTree.ts'

const leaves = (count: number) =>
  Array.from({ length: count }, (_, i) => keccak256(toHex(i + 1, { size: 32 })))

for (const count of [1, 2, 3, 4, 5, 8, 9, 100]) {
  test(`every one of ${count} leaves has a proof, and no other leaf has`, () => {
    const tree = createMerkleTree(leaves(count))
    const [root] = tree as [Hex]
    for (const leaf of leaves(count)) {
      const proof = merkleProof(tree, leaf)
      assert.equal(verifyMerkleProof(proof, { root, leaf }), true)
      assert.equal(verifyMerkleProof(proof, { root, leaf: keccak256(leaf) }), false)
      assert.ok(proof.length <= Math.ceil(Math.log2(count)) + 1)
    }
  })
}

test('inner nodes have no proof, nor has anything of an empty tree', () => {
  const tree = createMerkleTree(leaves(4))
  assert.throws(() => merkleProof(tree, tree[1] as Hex), { code: 'MERKLE_LEAF_UNKNOWN' })
  assert.throws(() => merkleProof(createMerkleTree([]), tree[0] as Hex), { code: 'MERKLE_LEAF_UNKNOWN' })
})

test("an allowlist's root and proofs are those of OpenZeppelin's standard tree", () => {
  const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes))
  fc.assert(
    fc.property(fc.uniqueArray(address, { minLength: 1, maxLength: 20 }), (addresses) => {
      const allowlist = createAllowlist(addresses)
      const rows = allowlist.addresses.map((entry) => [entry])
      const standard = StandardMerkleTree.of(rows, ['address'])
      assert.equal(allowlist.root, standard.root)
      for (const [entry] of rows as [Address][]) {
        const path = standard.getProof([entry]).map((hash) => hash.slice(2))
        const words = proveAllowed(allowlist, entry).slice(2).match(/.{64}/g)?.slice(2) ?? []
        assert.deepEqual(words, path)
      }
    }),
    { numRuns: 100 },
  )
})

test('a proof for a list of one is empty', () => {
  const only = pad('0x01', { size: 20 })
  const allowlist = createAllowlist([only])
  assert.equal(BigInt(`0x${proveAllowed(allowlist, only).slice(66)}`), 0n)
})
