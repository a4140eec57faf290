import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { type EscrowState, escrowStates } from '../messages/jobStatus.ts'
import { readCall } from './readCall.ts'

export type GetJobParameters = { jobId: Hex }
export type GetJobReturnType = {
  status: EscrowState
  /** Unix seconds of submission or challenge; 0 before. */
  time: number
  /** USDC 1e-6; 0 before the submission. */
  chargedUsdc: bigint
  /** Low 144 bits of keccak256(abi.encode(resultCommit, resultRef)); 0 before the submission. */
  tag: bigint
}

/**
 * Reads the state of a job in the escrow.
 *
 * @returns Status `none` for an id that was never opened. The terms are in its `JobOpened` event (`getJobEvents`).
 * @example
 * const { status, chargedUsdc } = await getJob(reader, { jobId })
 */
export async function getJob(client: Reader, { jobId }: GetJobParameters): Promise<GetJobReturnType> {
  const job = await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'jobOf',
    args: [jobId],
    attempted: `Reading job ${jobId}`,
  })
  const status = escrowStates[job.status] ?? 'none'
  return { status, time: job.time, chargedUsdc: job.charged, tag: job.tag }
}
