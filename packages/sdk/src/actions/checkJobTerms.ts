import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { readCall } from './readCall.ts'

export type CheckJobTermsParameters = {
  params: JobParams.JobParams
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  accessProof?: Hex
}

/**
 * Asks the contract whether a job could be opened at these terms now, at the pending block; money is not looked at.
 *
 * @throws What the making of the job would: `CONTRACT_STALE_TERMS`, `CONTRACT_PROVIDER_NOT_STAKED`, `CONTRACT_ACCESS_REFUSED`, `CONTRACT_CREATION_PAUSED` and others.
 * @example
 * await checkJobTerms(reader, { params })
 */
export async function checkJobTerms(
  client: Reader,
  { params, accessProof = '0x' }: CheckJobTermsParameters,
): Promise<void> {
  await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'checkTerms',
    args: [params, accessProof],
    blockTag: 'pending',
    attempted: `Checking the terms of a job with ${params.provider}`,
  })
}
