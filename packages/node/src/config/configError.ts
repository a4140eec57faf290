import { BaseError } from '@dim/sdk'

/** A configuration that breaks a rule; the command ends with exit code 3. */
export class ConfigInvalidError extends BaseError {
  override readonly code = 'CONFIG_INVALID'

  constructor(problems: readonly string[], options: { source?: string | undefined; cause?: unknown } = {}) {
    const where = options.source === undefined ? '' : ` of ${options.source}`
    super(`The configuration${where} cannot be used: ${problems.join(' ')}`, {
      cause: options.cause,
      charged: 'Nothing was started and nothing was charged.',
    })
  }
}
