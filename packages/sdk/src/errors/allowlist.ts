import { BaseError } from './baseError.ts'

/** A list of addresses cannot be made into an allowlist. */
export class AllowlistInvalidError extends BaseError {
  override readonly code = 'ALLOWLIST_INVALID'

  constructor(reason: string) {
    super(`The allowlist could not be made: ${reason}.`, {
      charged: 'Nothing was charged.',
      hint: 'Give 20-byte addresses as 0x-hex, one at least.',
    })
  }
}

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
