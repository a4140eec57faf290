import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type ModelsDomain, modelsDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, hex32, smallUint, uint } from './fields.ts'

/** A licence: until `expiresAt` (Unix seconds) `user` may buy inferences of the model; `nonce` is the epoch in its access root. */
export const schema = z.strictObject({
  modelKey: hex32,
  user: address,
  expiresAt: smallUint(40),
  nonce: uint(256),
})

/** A licence: until `expiresAt` (Unix seconds) `user` may buy inferences of the model; `nonce` is the epoch in its access root. */
export type AccessGrant = Readonly<z.output<typeof schema>>

/** EIP-712 type, in ModelRegistry's domain. */
export const types = {
  AccessGrant: [
    { name: 'modelKey', type: 'bytes32' },
    { name: 'user', type: 'address' },
    { name: 'expiresAt', type: 'uint40' },
    { name: 'nonce', type: 'uint256' },
  ],
} as const

const primaryType = 'AccessGrant'

/**
 * Reads an access grant from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `ACCESS_GRANT_INVALID` naming path and rule.
 * @example const grant = AccessGrant.parse(await response.json())
 */
export const parse = (input: unknown): AccessGrant => parseMessage('AccessGrant', schema, input)

/**
 * Writes an access grant as a JSON value: the inverse of `parse`.
 *
 * @throws `ACCESS_GRANT_INVALID` for a value out of the schema.
 * @example await writeFile('grant.json', JSON.stringify(AccessGrant.toJson(grant)))
 */
export const toJson = (grant: AccessGrant): z.input<typeof schema> => writeJson('AccessGrant', schema, grant)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `ACCESS_GRANT_INVALID` for a value out of the schema.
 * @example const bytes = AccessGrant.canonical(grant)
 */
export const canonical = (grant: AccessGrant): Uint8Array => toCanonicalBytes('AccessGrant', schema, grant)

/**
 * EIP-712 data of an access grant, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...AccessGrant.typedData(deployment, grant) })
 */
export const typedData = (domain: ModelsDomain, message: AccessGrant) =>
  ({ domain: modelsDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of an access grant in ModelRegistry's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of ModelRegistry; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = AccessGrant.hash(deployment, grant)
 */
export const hash = (domain: ModelsDomain, grant: AccessGrant): Hex => hashTypedData(typedData(domain, grant))

/**
 * Signs an access grant; the signer is the one in the access root of the model.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await AccessGrant.sign(deployment, grant, account)
 */
export const sign = (domain: ModelsDomain, grant: AccessGrant, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, grant))

/**
 * Whether an access grant bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await AccessGrant.verify(deployment, grant, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: ModelsDomain,
  grant: AccessGrant,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, grant), options)
