import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** Bytes that came for a CID do not hash to it. */
export class BlockTamperedError extends BaseError {
  override readonly code = 'BLOCK_TAMPERED'
  readonly ref: Hex
  readonly actual: Hex

  constructor({ ref, actual, source }: { ref: Hex; actual: Hex; source: string }) {
    super(`${source} sent a block whose SHA-256 is ${actual} instead of ${ref}.`, {
      charged: 'The block was thrown away; nothing was charged for it.',
      hint: 'Fetch it from another endpoint.',
    })
    this.ref = ref
    this.actual = actual
  }
}
