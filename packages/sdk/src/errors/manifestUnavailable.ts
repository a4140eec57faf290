import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** No endpoint had the manifest of a model. */
export class ManifestUnavailableError extends BaseError {
  override readonly code = 'MANIFEST_UNAVAILABLE'

  constructor(modelKey: Hex, causes: readonly unknown[]) {
    super(`The manifest of model ${modelKey} could not be fetched from any of ${causes.length} endpoints.`, {
      ...(causes.length > 0 ? { cause: causes[causes.length - 1] } : {}),
      charged: 'Nothing was charged.',
      hint: 'Pass the manifest, or an endpoint that has it.',
      retryable: true,
    })
  }
}
