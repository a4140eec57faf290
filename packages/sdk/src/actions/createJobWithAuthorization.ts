import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type CreateJobWithAuthorizationParameters = {
  /** Terms of the job, as its client signed them. */
  params: JobParams.JobParams
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  accessProof?: Hex
  /** Unix seconds, 0 by default. */
  validAfter?: bigint
  /** Unix seconds of the chain. */
  validBefore: bigint
  /** The client's EIP-3009 signature, whose nonce is the job's id: `signReceiveAuthorization`. */
  signature: Hex
}
export type CreateJobWithAuthorizationReturnType = Hash

/**
 * Opens a job by its client's one signature; anybody relays and pays the gas.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_STALE_TERMS`, `CONTRACT_PROVIDER_NOT_STAKED`, `CONTRACT_ACCESS_REFUSED` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await createJobWithAuthorization(writer, { params, validBefore, signature })
 */
export async function createJobWithAuthorization(
  client: Writer,
  {
    params,
    accessProof = '0x',
    validAfter = 0n,
    validBefore,
    signature,
  }: CreateJobWithAuthorizationParameters,
): Promise<CreateJobWithAuthorizationReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'createJobWithAuthorization',
    args: [params, accessProof, validAfter, validBefore, signature],
    attempted: `Opening a job with ${params.provider} by authorization`,
  })
}
