import { type Hex, hashTypedData, keccak256, stringToBytes } from 'viem'
import * as z from 'zod'
import { type RegistryDomain, registryDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, hex32, smallUint, uint } from './fields.ts'

/** What a provider signs about itself, so that a client can trust the keys it encrypts to. */
export const schema = z.strictObject({
  provider: address,
  serviceKey: address,
  hpkeKey: hex32,
  peerIdHash: hex32,
  endpointHash: hex32,
  version: uint(64),
  expiresAt: smallUint(40),
})

/** What a provider signs about itself, so that a client can trust the keys it encrypts to. */
export type ProviderRecord = Readonly<z.output<typeof schema>>

/** EIP-712 type, in ProviderRegistry's domain. */
export const types = {
  ProviderRecord: [
    { name: 'provider', type: 'address' },
    { name: 'serviceKey', type: 'address' },
    { name: 'hpkeKey', type: 'bytes32' },
    { name: 'peerIdHash', type: 'bytes32' },
    { name: 'endpointHash', type: 'bytes32' },
    { name: 'version', type: 'uint64' },
    { name: 'expiresAt', type: 'uint40' },
  ],
} as const

const primaryType = 'ProviderRecord'

/**
 * Reads a provider record from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `PROVIDER_RECORD_INVALID` naming path and rule.
 * @example const providerRecord = ProviderRecord.parse(await response.json())
 */
export const parse = (input: unknown): ProviderRecord => parseMessage('ProviderRecord', schema, input)

/**
 * Writes a provider record as a JSON value: the inverse of `parse`.
 *
 * @throws `PROVIDER_RECORD_INVALID` for a value out of the schema.
 * @example await writeFile('providerRecord.json', JSON.stringify(ProviderRecord.toJson(providerRecord)))
 */
export const toJson = (providerRecord: ProviderRecord): z.input<typeof schema> =>
  writeJson('ProviderRecord', schema, providerRecord)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `PROVIDER_RECORD_INVALID` for a value out of the schema.
 * @example const bytes = ProviderRecord.canonical(providerRecord)
 */
export const canonical = (providerRecord: ProviderRecord): Uint8Array =>
  toCanonicalBytes('ProviderRecord', schema, providerRecord)

/**
 * EIP-712 data of a provider record, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...ProviderRecord.typedData(deployment, providerRecord) })
 */
export const typedData = (domain: RegistryDomain, message: ProviderRecord) =>
  ({ domain: registryDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a provider record in ProviderRegistry's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of ProviderRegistry; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = ProviderRecord.hash(deployment, providerRecord)
 */
export const hash = (domain: RegistryDomain, providerRecord: ProviderRecord): Hex =>
  hashTypedData(typedData(domain, providerRecord))

/**
 * Signs a provider record; the signer is the provider.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await ProviderRecord.sign(deployment, providerRecord, account)
 */
export const sign = (domain: RegistryDomain, providerRecord: ProviderRecord, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, providerRecord))

/**
 * Whether a provider record bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await ProviderRecord.verify(deployment, providerRecord, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: RegistryDomain,
  providerRecord: ProviderRecord,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, providerRecord), options)

/**
 * keccak256 of an endpoint's URL, exactly as it is announced: what `endpointHash` of a record holds.
 *
 * @example ProviderRecord.hashEndpoint('https://alice.example') === record.endpointHash
 */
export const hashEndpoint = (endpoint: string): Hex => keccak256(stringToBytes(endpoint))
