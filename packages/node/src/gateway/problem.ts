import { BaseError } from '@dim/sdk'
import type { FastifyError } from 'fastify'
import { z } from 'zod'
import { statusOf } from './statusOf.ts'

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457) with the stable code of our errors. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  charged: z.string().optional(),
  hint: z.string().optional(),
  retryable: z.boolean(),
  field: z.string().optional(),
  missing: z.array(z.string()).optional(),
})

export type Problem = z.output<typeof problemSchema>

const fastifyCodes: Readonly<Record<string, { code: string; status: number }>> = {
  FST_ERR_VALIDATION: { code: 'REQUEST_INVALID', status: 400 },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'REQUEST_INVALID', status: 400 },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'REQUEST_INVALID', status: 400 },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'REQUEST_TOO_LARGE', status: 413 },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'MEDIA_TYPE_UNSUPPORTED', status: 415 },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'REQUEST_INVALID', status: 400 },
}

const base = (code: string, instance: string) => ({ type: `urn:dim:problem:${code}`, code, instance })

function fromBaseError(error: BaseError, instance: string): Problem {
  return {
    ...base(error.code, instance),
    title: error.name.replace(/Error$/, ''),
    status: statusOf(error),
    detail: error.shortMessage,
    retryable: error.retryable,
    ...(error.charged === undefined ? {} : { charged: error.charged }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...('missing' in error ? { missing: error.missing as string[] } : {}),
    ...('field' in error ? { field: error.field as string } : {}),
  }
}

function fromFastify(error: FastifyError, instance: string): Problem | undefined {
  const known = fastifyCodes[error.code]
  if (known === undefined && (error.statusCode ?? 500) >= 500) return undefined
  const { code, status } = known ?? { code: 'REQUEST_INVALID', status: error.statusCode ?? 400 }
  return {
    ...base(code, instance),
    title: 'The request was refused',
    status,
    detail: error.message,
    charged: 'Nothing was charged.',
    hint: 'See GET /openapi.json.',
    retryable: false,
  }
}

/** The one place where an error becomes an HTTP answer; an unknown fault tells nothing of its inside. */
export function toProblem(error: unknown, instance: string): Problem {
  if (error instanceof BaseError) return fromBaseError(error, instance)
  const known = error instanceof Error && 'code' in error && fromFastify(error as FastifyError, instance)
  if (known) return known
  return {
    ...base('INTERNAL', instance),
    title: 'Internal error',
    status: 500,
    detail: 'The node failed to answer. Its log has the reason.',
    hint: 'Try again; if it persists, use another provider.',
    retryable: true,
  }
}
