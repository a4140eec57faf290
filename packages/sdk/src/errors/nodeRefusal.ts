import { BaseError } from './baseError.ts'

export type NodeRefusal = {
  status: number
  code?: string | undefined
  title?: string | undefined
  detail?: string | undefined
  method: string
  url: string
  charged?: string | undefined
}

/** A node answered with an error. The code is the one that the node gave, or `HTTP_<status>`. */
export class NodeRefusalError extends BaseError {
  override readonly code: string
  readonly status: number

  constructor({ status, code, title, detail, method, url, charged }: NodeRefusal) {
    super(`${method} ${url} was refused (${status}): ${detail ?? title ?? 'no reason given'}`, {
      charged: charged ?? 'Nothing was charged.',
      hint: status >= 500 || status === 429 ? 'Try again soon.' : 'Correct the request as the message says.',
      retryable: status >= 500 || status === 429 || status === 408,
    })
    this.code = code ?? `HTTP_${status}`
    this.status = status
  }
}
