import type { BaseError } from '@dim/sdk'
import { type ServiceError, status } from '@grpc/grpc-js'
import type { BackendLimits } from '../backendLimits.ts'
import {
  BackendAnswerTooLargeError,
  BackendDiedMidStreamError,
  BackendFailedError,
  type BackendPhase,
  BackendRefusedError,
  BackendTimedOutError,
  BackendUnauthorizedError,
  BackendUnavailableError,
} from '../errors.ts'

export type GrpcFailure = {
  cause: Partial<ServiceError>
  phase: BackendPhase
  timeoutMs: number
  limits?: Pick<BackendLimits, 'maxAnswerBytes'>
  secret: string | undefined
}

/** What a gRPC status means, with the server's words; never with the key. */
export function grpcError(url: string, failure: GrpcFailure): BaseError {
  const { cause, phase, timeoutMs, limits, secret } = failure
  const { code } = cause
  const words = (cause.details ?? cause.message ?? '').slice(0, 500)
  const details = secret === undefined ? words : words.replaceAll(secret, '[key]')
  const named = `gRPC ${code === undefined ? 'without status' : status[code]}`
  if (phase === 'connect') return new BackendUnavailableError(url, 'does not answer', { details })
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return new BackendTimedOutError(url, phase, timeoutMs)
    case status.CANCELLED:
      return new BackendDiedMidStreamError(url, 0, { details })
    case status.UNAVAILABLE:
      // The channel was up when the call began: what ends now ended under way.
      return /connection|reset|hang up|GOAWAY|dropped/i.test(details)
        ? new BackendDiedMidStreamError(url, 0, { details })
        : new BackendUnavailableError(url, `cannot work now (${named})`, { details })
    case status.RESOURCE_EXHAUSTED:
      return /larger than max/i.test(details)
        ? new BackendAnswerTooLargeError(url, limits?.maxAnswerBytes ?? 0)
        : new BackendUnavailableError(url, `cannot work now (${named})`, { details })
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return new BackendUnauthorizedError(url, named, { details })
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.FAILED_PRECONDITION:
    case status.OUT_OF_RANGE:
    case status.UNIMPLEMENTED:
      return new BackendRefusedError(url, named, { details })
    default:
      return new BackendFailedError(url, named, { details })
  }
}
