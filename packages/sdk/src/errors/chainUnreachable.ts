import { BaseError } from './baseError.ts'

/** The chain could not be asked. */
export class ChainUnreachableError extends BaseError {
  override readonly code = 'CHAIN_UNREACHABLE'

  constructor(attempted: string, cause: unknown) {
    super(`${attempted} failed: the chain's RPC endpoint did not answer.`, {
      cause,
      charged: 'Whether anything was charged is not known until it answers.',
      hint: 'Check the RPC URL and try again; the same call twice is safe.',
      retryable: true,
    })
  }
}
