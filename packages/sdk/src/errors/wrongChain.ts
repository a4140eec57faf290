import { BaseError } from './baseError.ts'

/** The client talks to another chain than the one on which the contracts are. */
export class WrongChainError extends BaseError {
  override readonly code = 'WRONG_CHAIN'
  readonly expected: number
  readonly actual: number

  constructor({ expected, actual }: { expected: number; actual: number }) {
    super(`The contracts are on chain ${expected}, but the RPC endpoint answers for chain ${actual}.`, {
      charged: 'Nothing was sent or charged.',
      hint: `Switch to chain ${expected}, or choose the deployment of chain ${actual}.`,
    })
    this.expected = expected
    this.actual = actual
  }
}
