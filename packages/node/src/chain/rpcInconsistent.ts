import { BaseError } from '@dim/sdk'

/** Answers of the RPC that belong to different forks; asked again, it usually has settled. */
export class RpcInconsistentError extends BaseError {
  override readonly code = 'RPC_INCONSISTENT'

  constructor(reason: string) {
    super(`The answers of the RPC endpoint do not fit together: ${reason}.`, {
      charged: 'Nothing was sent or charged.',
      hint: 'It is asked again; if this stays, use another endpoint.',
      retryable: true,
    })
  }
}
