import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type RegistryDomain, registryDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, smallUint } from './fields.ts'

/** What a service key signs to agree that it speaks for a provider. */
export const schema = z.strictObject({
  provider: address,
  key: address,
  validFrom: smallUint(40),
})

/** What a service key signs to agree that it speaks for a provider. */
export type ServiceKey = Readonly<z.output<typeof schema>>

/** EIP-712 type, in ProviderRegistry's domain. */
export const types = {
  ServiceKey: [
    { name: 'provider', type: 'address' },
    { name: 'key', type: 'address' },
    { name: 'validFrom', type: 'uint40' },
  ],
} as const

const primaryType = 'ServiceKey'

/**
 * Reads a service key from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `SERVICE_KEY_INVALID` naming path and rule.
 * @example const serviceKey = ServiceKey.parse(await response.json())
 */
export const parse = (input: unknown): ServiceKey => parseMessage('ServiceKey', schema, input)

/**
 * Writes a service key as a JSON value: the inverse of `parse`.
 *
 * @throws `SERVICE_KEY_INVALID` for a value out of the schema.
 * @example await writeFile('serviceKey.json', JSON.stringify(ServiceKey.toJson(serviceKey)))
 */
export const toJson = (serviceKey: ServiceKey): z.input<typeof schema> =>
  writeJson('ServiceKey', schema, serviceKey)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `SERVICE_KEY_INVALID` for a value out of the schema.
 * @example const bytes = ServiceKey.canonical(serviceKey)
 */
export const canonical = (serviceKey: ServiceKey): Uint8Array =>
  toCanonicalBytes('ServiceKey', schema, serviceKey)

/**
 * EIP-712 data of a service key, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...ServiceKey.typedData(deployment, serviceKey) })
 */
export const typedData = (domain: RegistryDomain, message: ServiceKey) =>
  ({ domain: registryDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a service key in ProviderRegistry's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of ProviderRegistry; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = ServiceKey.hash(deployment, serviceKey)
 */
export const hash = (domain: RegistryDomain, serviceKey: ServiceKey): Hex =>
  hashTypedData(typedData(domain, serviceKey))

/**
 * Signs a service key; the signer is the key itself.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await ServiceKey.sign(deployment, serviceKey, account)
 */
export const sign = (domain: RegistryDomain, serviceKey: ServiceKey, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, serviceKey))

/**
 * Whether a service key bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await ServiceKey.verify(deployment, serviceKey, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: RegistryDomain,
  serviceKey: ServiceKey,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, serviceKey), options)
