import type { Address } from 'viem'
import { BaseError } from './baseError.ts'

/** A provider that the caller named does not pass the checks before payment. */
export class ProviderUntrustedError extends BaseError {
  override readonly code = 'PROVIDER_UNTRUSTED'

  constructor({ provider, reason }: { provider: Address; reason: string }) {
    super(`Provider ${provider} was refused: it ${reason}.`, {
      charged: 'Nothing was signed or charged.',
      hint: 'Choose another provider.',
    })
  }
}
