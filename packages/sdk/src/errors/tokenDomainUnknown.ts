import type { Address } from 'viem'
import { BaseError } from './baseError.ts'

/** The token's EIP-712 domain is not one that can be signed for. */
export class TokenDomainUnknownError extends BaseError {
  override readonly code = 'TOKEN_DOMAIN_UNKNOWN'

  constructor(usdc: Address, details: string) {
    super(`The token ${usdc} has an EIP-712 domain that is not understood.`, {
      details,
      charged: 'Nothing was signed or charged.',
      hint: 'Only native USDC is supported; bridged USDC.e is not.',
      retryable: false,
    })
  }
}
