import { BaseError } from './baseError.ts'

/** Vouchers cannot be packed, or bytes are no packed vouchers. */
export class VoucherRowsMalformedError extends BaseError {
  override readonly code = 'VOUCHER_ROWS_MALFORMED'

  constructor(reason: string) {
    super(`The vouchers cannot be packed or unpacked: ${reason}.`, {
      charged: 'Nothing was claimed.',
      hint: 'Vouchers of accounts with code are claimed by claimVouchersTyped.',
    })
  }
}
