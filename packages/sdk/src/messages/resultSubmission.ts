import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type EscrowDomain, escrowDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { hex32, uint } from './fields.ts'

/** What a provider or its service key signs so that anybody can submit its result. */
export const schema = z.strictObject({
  jobId: hex32,
  resultCommit: hex32,
  resultRef: hex32,
  charged: uint(64),
})

/** What a provider or its service key signs so that anybody can submit its result. */
export type ResultSubmission = Readonly<z.output<typeof schema>>

/** EIP-712 type, in JobEscrow's domain. */
export const types = {
  ResultSubmission: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'resultCommit', type: 'bytes32' },
    { name: 'resultRef', type: 'bytes32' },
    { name: 'charged', type: 'uint64' },
  ],
} as const

const primaryType = 'ResultSubmission'

/**
 * Reads a result submission from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `RESULT_SUBMISSION_INVALID` naming path and rule.
 * @example const resultSubmission = ResultSubmission.parse(await response.json())
 */
export const parse = (input: unknown): ResultSubmission => parseMessage('ResultSubmission', schema, input)

/**
 * Writes a result submission as a JSON value: the inverse of `parse`.
 *
 * @throws `RESULT_SUBMISSION_INVALID` for a value out of the schema.
 * @example await writeFile('resultSubmission.json', JSON.stringify(ResultSubmission.toJson(resultSubmission)))
 */
export const toJson = (resultSubmission: ResultSubmission): z.input<typeof schema> =>
  writeJson('ResultSubmission', schema, resultSubmission)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `RESULT_SUBMISSION_INVALID` for a value out of the schema.
 * @example const bytes = ResultSubmission.canonical(resultSubmission)
 */
export const canonical = (resultSubmission: ResultSubmission): Uint8Array =>
  toCanonicalBytes('ResultSubmission', schema, resultSubmission)

/**
 * EIP-712 data of a result submission, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...ResultSubmission.typedData(deployment, resultSubmission) })
 */
export const typedData = (domain: EscrowDomain, message: ResultSubmission) =>
  ({ domain: escrowDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a result submission in JobEscrow's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of JobEscrow; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = ResultSubmission.hash(deployment, resultSubmission)
 */
export const hash = (domain: EscrowDomain, resultSubmission: ResultSubmission): Hex =>
  hashTypedData(typedData(domain, resultSubmission))

/**
 * Signs a result submission; the signer is the provider or its service key.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await ResultSubmission.sign(deployment, resultSubmission, account)
 */
export const sign = (
  domain: EscrowDomain,
  resultSubmission: ResultSubmission,
  signer: Signer,
): Promise<Hex> => signer.signTypedData(typedData(domain, resultSubmission))

/**
 * Whether a result submission bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await ResultSubmission.verify(deployment, resultSubmission, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: EscrowDomain,
  resultSubmission: ResultSubmission,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, resultSubmission), options)
