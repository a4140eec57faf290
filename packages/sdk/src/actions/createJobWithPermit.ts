import type { Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { splitSignature } from '../crypto/splitSignature.ts'
import { SignatureInvalidError } from '../errors/signatureInvalid.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { sendCall } from './sendCall.ts'

export type CreateJobWithPermitParameters = {
  /** Terms of the job; its client is the caller. */
  params: JobParams.JobParams
  /** Proof as the policy of the model asks for; empty for a public and a private one. */
  accessProof?: Hex
  /** Of the permit, unix seconds of the chain. */
  deadline: bigint
  /** The client's EIP-2612 signature of 65 bytes: `signPermit` for `client.dim.jobEscrow` and the price. */
  signature: Hex
}
export type CreateJobWithPermitReturnType = Hash

/**
 * Opens a job that its client, the caller, pays from its wallet by an EIP-2612 permit; a permit that was used already does no harm.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `SIGNATURE_INVALID`, `CONTRACT_NOT_CLIENT`, `CONTRACT_STALE_TERMS`, `CONTRACT_PROVIDER_NOT_STAKED` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const permit = await signPermit(writer, { spender: writer.dim.jobEscrow, amountUsdc: params.price, deadline })
 * const hash = await createJobWithPermit(writer, { params, ...permit })
 */
export async function createJobWithPermit(
  client: Writer,
  { params, accessProof = '0x', deadline, signature }: CreateJobWithPermitParameters,
): Promise<CreateJobWithPermitReturnType> {
  const parts = splitSignature(signature)
  if (parts === undefined) throw new SignatureInvalidError('The permit', params.client)
  const { r, s, yParity } = parts
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'createJobWithPermit',
    args: [params, accessProof, deadline, 27 + yParity, r, s],
    attempted: `Opening a job with ${params.provider} by permit`,
  })
}
