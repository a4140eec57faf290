import { BaseError } from './baseError.ts'

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
