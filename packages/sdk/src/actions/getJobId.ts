import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { readCall } from './readCall.ts'

export type GetJobIdParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
}
export type GetJobIdReturnType = Hex

/**
 * Reads a job's id as the contract computes it; `JobParams.hash` computes the same without a call.
 *
 * @example
 * const jobId = await getJobId(reader, { params })
 */
export async function getJobId(client: Reader, { params }: GetJobIdParameters): Promise<GetJobIdReturnType> {
  return readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'jobIdOf',
    args: [params],
    attempted: 'Reading the id of a job',
  })
}
