import { BaseError } from './baseError.ts'

/** A contract refused a call. The code is `CONTRACT_` and the custom error's name, such as `CONTRACT_SUBMIT_TOO_LATE`. */
export class ContractRevertError extends BaseError {
  override readonly code: string
  /** Name of the custom error in the contract's interface, or `undefined` when the contract gave none that is known. */
  readonly errorName: string | undefined
  /** Arguments of the custom error by name. */
  readonly args: Readonly<Record<string, unknown>>

  constructor(
    attempted: string,
    options: {
      errorName: string | undefined
      args: Readonly<Record<string, unknown>>
      reason: string
      charged: string
      hint?: string | undefined
      cause: unknown
    },
  ) {
    const { errorName, args, reason, charged, hint, cause } = options
    super(`${attempted} failed: ${reason}.`, { cause, charged, ...(hint === undefined ? {} : { hint }) })
    this.code = errorName === undefined ? 'CONTRACT_REVERTED' : `CONTRACT_${toSnake(errorName)}`
    this.errorName = errorName
    this.args = args
  }
}

function toSnake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}
