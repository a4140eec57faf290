import { BaseError } from './baseError.ts'

/** An address may not buy a model. */
export class NotOnAllowlistError extends BaseError {
  override readonly code = 'NOT_ON_ALLOWLIST'

  constructor(address: string) {
    super(`No proof could be made: ${address} is not on the allowlist.`, {
      charged: 'Nothing was charged.',
      hint: "Ask the model's owner to add the address.",
    })
  }
}
