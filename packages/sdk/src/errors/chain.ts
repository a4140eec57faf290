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

/** The chain answered with an error that is no revert of a contract. */
export class ChainRequestError extends BaseError {
  override readonly code = 'CHAIN_REQUEST_FAILED'

  constructor(attempted: string, { cause, reason }: { cause: unknown; reason: string }) {
    super(`${attempted} failed: ${reason}.`, {
      cause,
      charged: 'Nothing was charged by a contract.',
      hint: 'Look at the details of the error.',
    })
  }
}

/** The account that sends has too little of the chain's own coin for gas. */
export class GasFundsError extends BaseError {
  override readonly code = 'INSUFFICIENT_GAS_FUNDS'

  constructor(attempted: string, cause: unknown) {
    super(`${attempted} failed: the account has too little of the chain's coin to pay for gas.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Send it some, or let a provider relay.',
    })
  }
}

/** The owner of the wallet refused to sign. */
export class UserRejectedError extends BaseError {
  override readonly code = 'USER_REJECTED'

  constructor(attempted: string, cause: unknown) {
    super(`${attempted} was not signed.`, { cause, charged: 'Nothing was charged.' })
  }
}
