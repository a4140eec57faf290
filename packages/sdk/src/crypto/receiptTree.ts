import { concat, type Hex, keccak256 } from 'viem'
import { ReceiptTreeEmptyError } from '../errors/receiptTreeEmpty.ts'
import { ReceiptUnknownError } from '../errors/receiptUnknown.ts'

/** A counted Merkle tree over the struct hashes of receipts (shaped as RFC 9162, with keccak256), as ReceiptAnchor verifies it. */

/**
 * Hash of a leaf: keccak256(0x00 ‖ receiptHash), which no node can equal.
 *
 * @example const leaf = ReceiptTree.leafHash(Receipt.structHash(receipt))
 */
export const leafHash = (receiptHash: Hex): Hex => keccak256(concat(['0x00', receiptHash]))

/**
 * Hash of a node: keccak256(0x01 ‖ left ‖ right), which no leaf can equal.
 *
 * @example const node = ReceiptTree.nodeHash(left, right)
 */
export const nodeHash = (left: Hex, right: Hex): Hex => keccak256(concat(['0x01', left, right]))

/**
 * Root of the tree over receipts in their order: the left subtree of n leaves holds the largest power of two below n.
 *
 * @param receiptHashes Struct hashes of receipts, one at least.
 * @throws `RECEIPT_TREE_EMPTY` without any.
 * @example const root = ReceiptTree.root(receipts.map(Receipt.structHash))
 */
export function root(receiptHashes: readonly Hex[]): Hex {
  if (receiptHashes.length === 0) throw new ReceiptTreeEmptyError()
  let level = receiptHashes.map(leafHash)
  while (level.length > 1) level = levelAbove(level)
  return level[0] as Hex
}

/**
 * Siblings of one receipt from its leaf up to the root.
 *
 * @param index Place of the receipt, from 0.
 * @throws `RECEIPT_UNKNOWN` for a place that the tree does not have.
 * @example const proof = ReceiptTree.proof(receipts.map(Receipt.structHash), 3)
 */
export function proof(receiptHashes: readonly Hex[], index: number): Hex[] {
  if (receiptHashes[index] === undefined) throw new ReceiptUnknownError(index, receiptHashes.length)
  const siblings: Hex[] = []
  let level = receiptHashes.map(leafHash)
  for (let place = index; level.length > 1; place = place >>> 1) {
    const sibling = level[place ^ 1]
    if (sibling !== undefined) siblings.push(sibling)
    level = levelAbove(level)
  }
  return siblings
}

/**
 * Whether a proof leads from a receipt at a place to the root of a tree of `count` receipts, as the contract computes it.
 *
 * @returns `false` for an index from `count` on and for a proof that is too long or too short.
 * @example ReceiptTree.verify(proof, { root, count, index, receiptHash })
 */
export function verify(
  siblings: readonly Hex[],
  tree: { root: Hex; count: number; index: number; receiptHash: Hex },
): boolean {
  let place = tree.index
  let last = tree.count - 1
  if (!Number.isSafeInteger(place) || place < 0 || place > last) return false
  let hash = leafHash(tree.receiptHash)
  for (const sibling of siblings) {
    // At the ragged edge a subtree without a sibling rises as it is.
    while (place % 2 === 0 && place === last && last > 0) [place, last] = [half(place), half(last)]
    if (last === 0) return false
    hash = place % 2 === 1 ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && hash === tree.root
}

const half = (place: number): number => Math.floor(place / 2)

function levelAbove(level: readonly Hex[]): Hex[] {
  const above: Hex[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Hex, level[i + 1]]
    above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}
