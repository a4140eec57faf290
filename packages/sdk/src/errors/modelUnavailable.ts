import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A model takes no jobs from this account. */
export class ModelUnavailableError extends BaseError {
  override readonly code = 'MODEL_UNAVAILABLE'

  constructor(modelKey: Hex, reason: string) {
    super(`Model ${modelKey} cannot be used: ${reason}.`, {
      charged: 'Nothing was charged.',
      hint: 'Choose another model or version.',
    })
  }
}
