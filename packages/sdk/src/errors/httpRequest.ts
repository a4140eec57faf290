import { BaseError } from './baseError.ts'

const words = {
  UNREACHABLE: 'the node cannot be reached',
  TIMEOUT: 'the node did not answer in time',
  TOO_LARGE: 'the answer is larger than allowed',
  BAD_ANSWER: 'the answer is not what the protocol says',
} as const
const hints = {
  UNREACHABLE: 'Check that the node runs and that its address is right.',
  TIMEOUT: 'Try again, or allow more time.',
  TOO_LARGE: 'Use another node; this one breaks the protocol.',
  BAD_ANSWER: 'Check that the address is that of a DIM node of this version.',
} as const
const retryableReasons: ReadonlySet<HttpFailure> = new Set<HttpFailure>(['UNREACHABLE', 'TIMEOUT'])

export type HttpFailure = keyof typeof words
export type HttpRequestErrorOptions = {
  method: string
  url: string
  details?: string
  /** Said about money where "Nothing was charged." would be too much. */
  charged?: string | undefined
  cause?: unknown
}

/** A request to a node failed before there was a usable answer. The code is `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, `HTTP_TOO_LARGE` or `HTTP_BAD_ANSWER`. */
export class HttpRequestError extends BaseError {
  override readonly code: `HTTP_${HttpFailure}`

  constructor(reason: HttpFailure, { method, url, details, charged, cause }: HttpRequestErrorOptions) {
    super(`${method} ${url} failed: ${words[reason]}.`, {
      ...(details === undefined ? {} : { details }),
      ...(cause === undefined ? {} : { cause }),
      charged: charged ?? 'Nothing was charged.',
      hint: hints[reason],
      retryable: retryableReasons.has(reason),
    })
    this.code = `HTTP_${reason}`
  }
}
