import type { Hex } from 'viem'
import * as z from 'zod'
import { hex32 } from '../messages/fields.ts'
import * as JobParams from '../messages/jobParams.ts'
import type { RequestOptions } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

const schema = z.object({
  jobId: hex32,
  transactionHash: hex32.nullish().transform((hash) => hash ?? undefined),
})

export type AcceptInferenceParameters = RequestOptions & {
  params: JobParams.JobParams
  resultCommit: Hex
  resultRef: Hex
  /** The client's EIP-712 `Acceptance`. */
  signature: Hex
}
export type AcceptInferenceReturnType = z.output<typeof schema>

/**
 * Hands a signed acceptance to a node, which has itself paid by it on chain (`POST /api/accept`); the same again is fine.
 *
 * @throws the node's own code when it refuses, or `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`.
 * @example
 * const { transactionHash } = await acceptInference(endpoint, { params, resultCommit, resultRef, signature })
 */
export function acceptInference(
  endpoint: string,
  { params, resultCommit, resultRef, signature, signal, timeoutMs = 30_000 }: AcceptInferenceParameters,
): Promise<AcceptInferenceReturnType> {
  const json = { params: JobParams.toJson(params), resultCommit, resultRef, signature }
  const charged = 'Nothing more than what the provider charged can be taken.'
  const hand = () =>
    requestJson({ endpoint, path: '/api/accept', method: 'POST', json, schema, signal, timeoutMs, charged })
  return withRetries(hand, { signal })
}
