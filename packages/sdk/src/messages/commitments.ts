import { type Address, concat, encodeAbiParameters, type Hex, keccak256, sha256, stringToHex } from 'viem'

const inputTag = stringToHex('dim:input:v1')
const resultFields = [
  { type: 'address' },
  { type: 'bytes32' },
  { type: 'bytes32' },
  { type: 'bytes32' },
] as const

/**
 * Commitment to an input: SHA-256("dim:input:v1" ‖ digest ‖ salt).
 *
 * @param digest `TensorSet.digest` of the inputs.
 * @param salt 32 random bytes of the client, so that nobody can guess a small input.
 * @returns 32 bytes as hex: `inputCommit` of the job's terms.
 * @example TensorSet.inputCommit({ digest: TensorSet.digest(inputs), salt })
 */
export function inputCommit({ digest, salt }: { digest: Hex; salt: Hex }): Hex {
  return sha256(concat([inputTag, digest, salt]))
}

/**
 * Commitment to a result: keccak256(abi.encode(provider, jobId, digest, salt)); worthless for another provider or job.
 *
 * @param digest `TensorSet.digest` of the outputs.
 * @param salt 32 random bytes that the provider reveals to the client with the result.
 * @returns 32 bytes as hex: what `submit` takes.
 * @example TensorSet.resultCommit({ provider, jobId, digest: TensorSet.digest(outputs), salt })
 */
export function resultCommit(options: { provider: Address; jobId: Hex; digest: Hex; salt: Hex }): Hex {
  const { provider, jobId, digest, salt } = options
  return keccak256(encodeAbiParameters(resultFields, [provider, jobId, digest, salt]))
}
