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
