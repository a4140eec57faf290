import { concat, type Hex, keccak256 } from 'viem'
import { MerkleLeafUnknownError } from '../errors/merkleLeafUnknown.ts'

/** A Merkle tree of hashed leaves: the root first, leaves at the end, children of node i at 2i + 1 and 2i + 2. */
export type MerkleTree = readonly Hex[]

/**
 * Builds the tree that OpenZeppelin's `MerkleProof` verifies: leaves in the order of their hashes, pairs hashed in order.
 *
 * @param leaves Hashes of 32 bytes, one at least; hash them twice, so that no inner node passes for a leaf.
 * @returns Nodes; the first is the root.
 * @example const [root] = createMerkleTree([leafA, leafB])
 */
export function createMerkleTree(leaves: readonly Hex[]): MerkleTree {
  const count = leaves.length
  const nodes = new Array<Hex>(Math.max(2 * count - 1, 0))
  for (const [i, leaf] of [...leaves].sort().entries()) nodes[nodes.length - 1 - i] = leaf
  for (let i = count - 2; i >= 0; i--) nodes[i] = hashPair(nodes[2 * i + 1] as Hex, nodes[2 * i + 2] as Hex)
  return nodes
}

/**
 * The siblings from a leaf up to the root.
 *
 * @param leaf Hash of the leaf.
 * @throws `MERKLE_LEAF_UNKNOWN` for a leaf that is not in the tree.
 * @example const proof = merkleProof(tree, leafA)
 */
export function merkleProof(tree: MerkleTree, leaf: Hex): Hex[] {
  const firstLeaf = (tree.length - 1) / 2
  const proof: Hex[] = []
  let index = tree.indexOf(leaf, firstLeaf)
  if (index < 0) throw new MerkleLeafUnknownError(leaf)
  while (index > 0) {
    proof.push(tree[index % 2 === 0 ? index - 1 : index + 1] as Hex)
    index = (index - 1) >> 1
  }
  return proof
}

/**
 * Whether a proof leads from a leaf to a root, as the contracts compute it.
 *
 * @example verifyMerkleProof(proof, { root, leaf })
 */
export function verifyMerkleProof(proof: readonly Hex[], { root, leaf }: { root: Hex; leaf: Hex }): boolean {
  return proof.reduce(hashPair, leaf) === root
}

const hashPair = (a: Hex, b: Hex): Hex => keccak256(a < b ? concat([a, b]) : concat([b, a]))
