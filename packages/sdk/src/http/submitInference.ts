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
  status: z.string(),
})

export type SubmitInferenceParameters = RequestOptions & {
  quoteNonce: Hex
  params: JobParams.JobParams
  accessProof: Hex
  /** The client's EIP-3009 authorization, whose nonce is the job's id. */
  authorization: { validAfter: bigint; validBefore: bigint; signature: Hex }
}
export type SubmitInferenceReturnType = z.output<typeof schema>

/**
 * Hands a signed job to a node, which opens it on chain and pays the gas (`POST /api/inference/submit`).
 *
 * The signature of the payment is the authentication; the same again gives the same answer, never a second job.
 *
 * @throws the node's own code when it refuses, or `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`: the chain then knows whether it opened.
 * @example
 * const { jobId, transactionHash } = await submitInference(endpoint, { quoteNonce, params, accessProof: '0x', authorization })
 */
export function submitInference(
  endpoint: string,
  { quoteNonce, params, accessProof, authorization, signal, timeoutMs = 30_000 }: SubmitInferenceParameters,
): Promise<SubmitInferenceReturnType> {
  const { validAfter, validBefore, signature } = authorization
  const json = {
    quote: quoteNonce,
    params: JobParams.toJson(params),
    accessProof,
    authorization: { validAfter: validAfter.toString(), validBefore: validBefore.toString(), signature },
  }
  const charged =
    'The job may have been opened nevertheless: its id on chain decides, and it opens at most once.'
  const path = '/api/inference/submit'
  const hand = () => requestJson({ endpoint, path, method: 'POST', json, schema, signal, timeoutMs, charged })
  return withRetries(hand, { signal })
}
