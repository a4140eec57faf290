import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

/** Terms that their client signed. */
export type SignedJob = {
  readonly params: JobParams.JobParams
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  readonly accessProof?: Hex | undefined
  /** The client's: `JobParams.sign`, or what its code takes (EIP-1271). */
  readonly signature: Hex
}
export type CreateJobsParameters = {
  jobs: readonly SignedJob[]
}
export type CreateJobsReturnType = Hash

/**
 * Opens many jobs from the available balance of the clients that signed them; anybody relays and pays the gas. A row that cannot be
 * opened, or was before, is skipped; `getJobEvents` says what became of it.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_BAD_ROW_SIGNATURE`, before anything is sent: the call is simulated at the pending block.
 * @example
 * const signature = await JobParams.sign(writer.dim, params, toSigner(writer))
 * const hash = await createJobs(relayer, { jobs: [{ params, signature }] })
 */
export async function createJobs(
  client: Writer,
  { jobs }: CreateJobsParameters,
): Promise<CreateJobsReturnType> {
  const rows = jobs.map(({ params, accessProof = '0x', signature }) => ({
    params,
    accessProof,
    clientSignature: signature,
  }))
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'createJobs',
    args: [rows],
    attempted: `Opening ${jobs.length} signed jobs`,
  })
}
