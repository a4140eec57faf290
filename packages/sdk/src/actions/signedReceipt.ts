import type { Hex } from 'viem'
import type { Receipt } from '../messages/receipt.ts'

/** A receipt with its signature of 65 or 64 bytes; a `Receipt.Signed` is one. */
export type SignedReceipt = { readonly receipt: Receipt; readonly signature: Hex }

/** Both receipts and signatures in the order of the contract. */
export const toProof = ([a, b]: readonly [SignedReceipt, SignedReceipt]) =>
  [a.receipt, a.signature, b.receipt, b.signature] as const
