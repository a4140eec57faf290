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
