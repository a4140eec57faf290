import type { Hex } from 'viem'
import * as JobStatus from '../messages/jobStatus.ts'
import type { RequestOptions } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

export type GetInferenceStatusParameters = RequestOptions & { jobId: Hex }

/**
 * Asks a node how far a job is (`GET /api/inference/status/{jobId}`). The node's word is progress only; the chain decides.
 *
 * @throws the node's own code for an unknown job, or `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, `HTTP_BAD_ANSWER`.
 * @example
 * const status = await getInferenceStatus(endpoint, { jobId })
 */
export function getInferenceStatus(
  endpoint: string,
  { jobId, signal, timeoutMs }: GetInferenceStatusParameters,
): Promise<JobStatus.JobStatus> {
  const path = `/api/inference/status/${jobId}`
  const ask = () => requestJson({ endpoint, path, schema: JobStatus.schema, signal, timeoutMs })
  return withRetries(ask, { signal })
}
