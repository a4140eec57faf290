import { BaseError } from '@dim/sdk'

export class EndpointInvalidError extends BaseError {
  override readonly code = 'ENDPOINT_INVALID'

  constructor(endpoint: string, options: { cause?: unknown } = {}) {
    super(`${endpoint} is not an address that content can be fetched from.`, {
      cause: options.cause,
      hint: 'Give an http or https URL, for instance https://dim.example.org.',
    })
  }
}
