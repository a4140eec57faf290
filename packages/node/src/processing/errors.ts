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

/** What a manifest declares before or after a run does not fit its model. */
export class ProcessingInvalidError extends BaseError {
  override readonly code = 'PROCESSING_INVALID'
  constructor(kind: string, reason: string) {
    super(`The model was not published: its step "${kind}" ${reason}.`, {
      charged: 'Nothing was charged.',
      hint: 'Correct the card of the model; "dim model validate" shows its inputs and outputs.',
    })
  }
}
