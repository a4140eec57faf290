import type { Address, Hash, Hex } from 'viem'
import type * as Receipt from '../messages/receipt.ts'
import type { TensorSet } from '../messages/tensors/types.ts'

/** A job that was paid, its verified outputs and what they cost; amounts in USDC 1e-6. */
export type JobOutcome = {
  jobId: Hex
  outputs: TensorSet
  receipt: Receipt.Receipt
  receiptSignature: Hex
  /** Who signed the receipt: the provider or its service key. */
  receiptSigner: Address
  /** What the provider says about runtime, execution provider and timings: the receipt's `detailsHash` commits to it. */
  details: Receipt.Details
  chargedUsdc: bigint
  /** Part of the price that is back in the client's escrow balance (`withdraw` takes it out). */
  refundedUsdc: bigint
  transactions: { open: Hash; submit: Hash; pay: Hash }
  /** From the call to the end of each step; a resumed job counts from `resumeJob`. */
  timingsMs: Readonly<Record<string, number>>
}

/** What a caller's own check says about the outputs; anything but `true` refuses them. */
export type OutputVerdict = true | { refused: string }
