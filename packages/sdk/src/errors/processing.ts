import { BaseError } from './baseError.ts'

/** An input cannot be turned into tensors the way the model's manifest says. */
export class PreprocessingError extends BaseError {
  override readonly code = 'INPUT_NOT_USABLE'

  constructor(reason: string) {
    super(`The input could not be prepared for the model: ${reason}.`, {
      charged: 'Nothing was charged.',
      hint: "Give what the model's manifest asks for.",
    })
  }
}

/** Output tensors cannot be turned into an answer the way the model's manifest says. */
export class PostprocessingError extends BaseError {
  override readonly code = 'OUTPUT_NOT_READABLE'

  constructor(reason: string) {
    super(`The result could not be read as the model's manifest says: ${reason}.`, {
      hint: 'Look at the raw tensors; the manifest or its labels do not fit the model.',
    })
  }
}
