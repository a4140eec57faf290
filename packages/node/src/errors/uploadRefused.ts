import { BaseError } from '@dim/sdk'

const reasons = {
  UPLOADS_DISABLED: ['this node takes no uploads of models', 'Set models.maxUploadGb, or ask another node.'],
  UPLOAD_LIMIT_REACHED: [
    'the space for uploads of models is used up',
    'Raise models.maxUploadGb, or ask another node.',
  ],
} as const

/** A block of a model is not taken. */
export class UploadRefusedError extends BaseError {
  override readonly code: keyof typeof reasons

  constructor(code: keyof typeof reasons) {
    const [why, hint] = reasons[code]
    super(`The block was not stored: ${why}.`, { charged: 'Nothing was charged.', hint })
    this.code = code
  }
}
