import { BaseError } from '@dim/sdk'

export class NonceTakenError extends BaseError {
  override readonly code = 'NONCE_TAKEN'

  constructor(intent: string, { nonce, sender }: { nonce: number; sender: string }) {
    super(
      `Transaction ${intent} can no longer be mined: something else sent a transaction of ${sender} with nonce ${nonce}.`,
      {
        charged: 'Nothing was charged for it.',
        hint: 'Send it again. Do not use the account of a running node elsewhere.',
        retryable: true,
      },
    )
  }
}
