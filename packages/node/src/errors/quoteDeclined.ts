import { BaseError } from '@dim/sdk'

const hints = {
  MODEL_UNKNOWN: 'Ask GET /api/models which models this provider serves.',
  MODEL_NOT_ACTIVE: 'Use the latest version of the model.',
  MODEL_NOT_READY: 'Try again in a minute or ask another provider.',
  CAPACITY_EXHAUSTED: 'Try again later or ask another provider.',
  RESOURCES_EXHAUSTED: 'Try again later or ask another provider.',
  INPUT_TOO_LARGE: 'Send a smaller input or ask a provider with a higher limit.',
  PROVIDER_NOT_STAKED: 'Ask another provider.',
  PROVIDER_NOT_READY: 'Try again in a minute or ask another provider.',
} as const

export type DeclineCode = keyof typeof hints

const temporary: readonly DeclineCode[] = [
  'MODEL_NOT_READY',
  'CAPACITY_EXHAUSTED',
  'PROVIDER_NOT_READY',
  'RESOURCES_EXHAUSTED',
]

/** The provider makes no offer; the code says why. */
export class QuoteDeclinedError extends BaseError {
  override readonly code: DeclineCode

  constructor(code: DeclineCode, why: string) {
    super(`No quote was given: ${why}.`, {
      charged: 'Nothing was charged.',
      hint: hints[code],
      retryable: temporary.includes(code),
    })
    this.code = code
  }
}
