import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type EscrowDomain, escrowDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, bps, hex32, smallUint, uint } from './fields.ts'

/** Terms of a job, as the contract takes them. Their EIP-712 hash is the job's id. */
export const schema = z.strictObject({
  client: address,
  provider: address,
  modelKey: hex32,
  inputCommit: hex32,
  inputRef: hex32,
  price: uint(64),
  floor: uint(64),
  submitBy: smallUint(40),
  challengeWindow: smallUint(32),
  feeBps: bps,
  royaltyBps: bps,
  verifyMode: smallUint(8),
  groupId: hex32,
  nonce: uint(96),
})

/** Terms of a job, as the contract takes them. Their EIP-712 hash is the job's id. */
export type JobParams = Readonly<z.output<typeof schema>>

/** EIP-712 type, in JobEscrow's domain. */
export const types = {
  JobParams: [
    { name: 'client', type: 'address' },
    { name: 'provider', type: 'address' },
    { name: 'modelKey', type: 'bytes32' },
    { name: 'inputCommit', type: 'bytes32' },
    { name: 'inputRef', type: 'bytes32' },
    { name: 'price', type: 'uint64' },
    { name: 'floor', type: 'uint64' },
    { name: 'submitBy', type: 'uint40' },
    { name: 'challengeWindow', type: 'uint32' },
    { name: 'feeBps', type: 'uint16' },
    { name: 'royaltyBps', type: 'uint16' },
    { name: 'verifyMode', type: 'uint8' },
    { name: 'groupId', type: 'bytes32' },
    { name: 'nonce', type: 'uint96' },
  ],
} as const

const primaryType = 'JobParams'

/**
 * Reads the terms of a job from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `JOB_PARAMS_INVALID` naming path and rule.
 * @example const jobParams = JobParams.parse(await response.json())
 */
export const parse = (input: unknown): JobParams => parseMessage('JobParams', schema, input)

/**
 * Writes the terms of a job as a JSON value: the inverse of `parse`.
 *
 * @throws `JOB_PARAMS_INVALID` for a value out of the schema.
 * @example await writeFile('jobParams.json', JSON.stringify(JobParams.toJson(jobParams)))
 */
export const toJson = (jobParams: JobParams): z.input<typeof schema> =>
  writeJson('JobParams', schema, jobParams)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `JOB_PARAMS_INVALID` for a value out of the schema.
 * @example const bytes = JobParams.canonical(jobParams)
 */
export const canonical = (jobParams: JobParams): Uint8Array =>
  toCanonicalBytes('JobParams', schema, jobParams)

/**
 * EIP-712 data of the terms of a job, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...JobParams.typedData(deployment, jobParams) })
 */
export const typedData = (domain: EscrowDomain, message: JobParams) =>
  ({ domain: escrowDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of the terms of a job in JobEscrow's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of JobEscrow; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = JobParams.hash(deployment, jobParams)
 */
export const hash = (domain: EscrowDomain, jobParams: JobParams): Hex =>
  hashTypedData(typedData(domain, jobParams))

/**
 * Signs the terms of a job; the signer is the client.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await JobParams.sign(deployment, jobParams, account)
 */
export const sign = (domain: EscrowDomain, jobParams: JobParams, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, jobParams))

/**
 * Whether the terms of a job bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await JobParams.verify(deployment, jobParams, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: EscrowDomain,
  jobParams: JobParams,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, jobParams), options)

/**
 * The job's id: the EIP-712 hash of its terms, which is also the nonce of the client's EIP-3009 authorisation.
 *
 * @example const jobId = JobParams.jobId(deployment, params)
 */
export const jobId = (domain: EscrowDomain, params: JobParams): Hex => hash(domain, params)
