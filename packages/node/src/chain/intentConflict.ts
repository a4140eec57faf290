import { BaseError } from '@dim/sdk'

export class IntentConflictError extends BaseError {
  override readonly code = 'INTENT_CONFLICT'

  constructor(intent: string) {
    super(
      `Transaction ${intent} was not sent: one of that name, with another content, was recorded before.`,
      {
        charged: 'Nothing was charged.',
        hint: 'Give another act another name.',
      },
    )
  }
}
