import { BaseError } from '@dim/sdk'

/** A tokenizer of a model is no tokenizer. */
export class TokenizerInvalidError extends BaseError {
  override readonly code = 'TOKENIZER_INVALID'
  constructor(path: string, reason: string, cause?: unknown) {
    super(`The text was not processed: the model's tokenizer "${path}" ${reason}.`, {
      charged: 'Nothing more was charged.',
      cause,
      hint: 'Tell the publisher of the model; its tensors can still be given and read without a tokenizer.',
    })
  }
}

/** A tokenizer of a model takes more time or memory than any honest one. */
export class TokenizerLimitError extends BaseError {
  override readonly code = 'TOKENIZER_LIMIT'
  constructor(path: string, reason: string) {
    super(`The text was not processed: the model's tokenizer "${path}" was stopped, ${reason}.`, {
      charged: 'Nothing more was charged.',
      hint: 'Try a shorter text; if it persists, the tokenizer of this model cannot be used.',
    })
  }
}
