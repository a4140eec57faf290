import type { BaseError } from '@dim/sdk'

const statuses: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  BLOCK_HASH_MISMATCH: 400,
  BLOCK_UNSUPPORTED: 400,
  SIGNATURE_INVALID: 401,
  UPLOADS_DISABLED: 403,
  JOB_UNKNOWN: 404,
  BLOCK_NOT_FOUND: 404,
  ROUTE_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  QUOTE_UNKNOWN: 404,
  INPUT_INCOMPLETE: 409,
  QUOTE_USED: 409,
  INTENT_CONFLICT: 409,
  MODEL_NOT_ACTIVE: 409,
  PROVIDER_NOT_STAKED: 409,
  QUOTE_EXPIRED: 410,
  REQUEST_TOO_LARGE: 413,
  INPUT_TOO_LARGE: 413,
  BLOCK_TOO_LARGE: 413,
  UPLOAD_LIMIT_REACHED: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  TERMS_MISMATCH: 422,
  INPUT_NOT_OPENABLE: 422,
  INPUT_COMMIT_MISMATCH: 422,
  INPUT_INVALID: 422,
  JOB_SPEC_MISMATCH: 422,
  RATE_LIMITED: 429,
  MODEL_NOT_READY: 503,
  CAPACITY_EXHAUSTED: 503,
  RESOURCES_EXHAUSTED: 503,
  QUEUE_FULL: 503,
  DEADLINE_UNREACHABLE: 503,
  PROVIDER_NOT_READY: 503,
  NODE_STOPPING: 503,
}

/** HTTP status of an error's code: what the caller can mend is 4xx, what may pass by itself is 503. */
export function statusOf(error: BaseError): number {
  const known = statuses[error.code]
  if (known !== undefined) return known
  if (error.code.startsWith('CONTRACT_') || error.code.startsWith('USDC_')) return 422
  if (error.code.endsWith('_INVALID')) return 400
  return error.retryable ? 503 : 500
}
