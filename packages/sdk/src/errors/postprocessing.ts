import { BaseError } from './baseError.ts'

/** Output tensors cannot be turned into an answer the way the model's manifest says. */
export class PostprocessingError extends BaseError {
  override readonly code = 'OUTPUT_NOT_READABLE'

  constructor(reason: string) {
    super(`The result could not be read as the model's manifest says: ${reason}.`, {
      hint: 'Look at the raw tensors; the manifest or its labels do not fit the model.',
    })
  }
}
