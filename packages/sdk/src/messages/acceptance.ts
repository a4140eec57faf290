import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type EscrowDomain, escrowDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { hex32, uint } from './fields.ts'

/** What a client signs when it takes a result, so that anybody can have the provider paid at once. */
export const schema = z.strictObject({
  jobId: hex32,
  resultCommit: hex32,
  resultRef: hex32,
  charged: uint(64),
})

/** What a client signs when it takes a result, so that anybody can have the provider paid at once. */
export type Acceptance = Readonly<z.output<typeof schema>>

/** EIP-712 type, in JobEscrow's domain. */
export const types = {
  Acceptance: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'resultCommit', type: 'bytes32' },
    { name: 'resultRef', type: 'bytes32' },
    { name: 'charged', type: 'uint64' },
  ],
} as const

const primaryType = 'Acceptance'

/**
 * Reads an acceptance from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `ACCEPTANCE_INVALID` naming path and rule.
 * @example const acceptance = Acceptance.parse(await response.json())
 */
export const parse = (input: unknown): Acceptance => parseMessage('Acceptance', schema, input)

/**
 * Writes an acceptance as a JSON value: the inverse of `parse`.
 *
 * @throws `ACCEPTANCE_INVALID` for a value out of the schema.
 * @example await writeFile('acceptance.json', JSON.stringify(Acceptance.toJson(acceptance)))
 */
export const toJson = (acceptance: Acceptance): z.input<typeof schema> =>
  writeJson('Acceptance', schema, acceptance)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `ACCEPTANCE_INVALID` for a value out of the schema.
 * @example const bytes = Acceptance.canonical(acceptance)
 */
export const canonical = (acceptance: Acceptance): Uint8Array =>
  toCanonicalBytes('Acceptance', schema, acceptance)

/**
 * EIP-712 data of an acceptance, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...Acceptance.typedData(deployment, acceptance) })
 */
export const typedData = (domain: EscrowDomain, message: Acceptance) =>
  ({ domain: escrowDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of an acceptance in JobEscrow's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of JobEscrow; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = Acceptance.hash(deployment, acceptance)
 */
export const hash = (domain: EscrowDomain, acceptance: Acceptance): Hex =>
  hashTypedData(typedData(domain, acceptance))

/**
 * Signs an acceptance; the signer is the client.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await Acceptance.sign(deployment, acceptance, account)
 */
export const sign = (domain: EscrowDomain, acceptance: Acceptance, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, acceptance))

/**
 * Whether an acceptance bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await Acceptance.verify(deployment, acceptance, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: EscrowDomain,
  acceptance: Acceptance,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, acceptance), options)
