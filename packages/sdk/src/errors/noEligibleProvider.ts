import type { Address, Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** Why a provider was passed over: a code for programs, words for people. */
export type ProviderRefusal = { provider: Address; endpoint: string; code: string; reason: string }

/** No provider that is announced can serve the job; `refusals` says why for each. */
export class NoEligibleProviderError extends BaseError {
  override readonly code = 'NO_ELIGIBLE_PROVIDER'
  readonly refusals: readonly ProviderRefusal[]

  constructor(modelKey: Hex, refusals: readonly ProviderRefusal[]) {
    const reasons =
      refusals.length === 0
        ? 'none is announced'
        : refusals.map(({ provider, reason }) => `${provider} ${reason}`).join('; ')
    super(`No provider can run model ${modelKey} now: ${reasons}.`, {
      charged: 'Nothing was charged.',
      hint: 'Raise the price limit, wait for a provider, or name one with the option provider.',
      retryable: true,
    })
    this.refusals = refusals
  }
}
