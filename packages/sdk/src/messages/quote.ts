import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type EscrowDomain, escrowDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, bps, hex32, smallUint, uint } from './fields.ts'

/** A priced, signed, expiring offer of a provider. Amounts are USDC 1e-6, times are seconds of the chain. */
export const schema = z.strictObject({
  provider: address,
  client: address,
  modelKey: hex32,
  price: uint(64),
  floor: uint(64),
  feeBps: bps,
  royaltyBps: bps,
  challengeWindow: smallUint(32),
  secondsToSubmit: smallUint(32),
  maxInputBytes: smallUint(40),
  expiresAt: smallUint(40),
  nonce: hex32,
})

/** A priced, signed, expiring offer of a provider. Amounts are USDC 1e-6, times are seconds of the chain. */
export type Quote = Readonly<z.output<typeof schema>>

/** EIP-712 type, in JobEscrow's domain. */
export const types = {
  Quote: [
    { name: 'provider', type: 'address' },
    { name: 'client', type: 'address' },
    { name: 'modelKey', type: 'bytes32' },
    { name: 'price', type: 'uint64' },
    { name: 'floor', type: 'uint64' },
    { name: 'feeBps', type: 'uint16' },
    { name: 'royaltyBps', type: 'uint16' },
    { name: 'challengeWindow', type: 'uint32' },
    { name: 'secondsToSubmit', type: 'uint32' },
    { name: 'maxInputBytes', type: 'uint40' },
    { name: 'expiresAt', type: 'uint40' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

const primaryType = 'Quote'

/**
 * Reads a quote from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `QUOTE_INVALID` naming path and rule.
 * @example const quote = Quote.parse(await response.json())
 */
export const parse = (input: unknown): Quote => parseMessage('Quote', schema, input)

/**
 * Writes a quote as a JSON value: the inverse of `parse`.
 *
 * @throws `QUOTE_INVALID` for a value out of the schema.
 * @example await writeFile('quote.json', JSON.stringify(Quote.toJson(quote)))
 */
export const toJson = (quote: Quote): z.input<typeof schema> => writeJson('Quote', schema, quote)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `QUOTE_INVALID` for a value out of the schema.
 * @example const bytes = Quote.canonical(quote)
 */
export const canonical = (quote: Quote): Uint8Array => toCanonicalBytes('Quote', schema, quote)

/**
 * EIP-712 data of a quote, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...Quote.typedData(deployment, quote) })
 */
export const typedData = (domain: EscrowDomain, message: Quote) =>
  ({ domain: escrowDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a quote in JobEscrow's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of JobEscrow; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = Quote.hash(deployment, quote)
 */
export const hash = (domain: EscrowDomain, quote: Quote): Hex => hashTypedData(typedData(domain, quote))

/**
 * Signs a quote; the signer is the provider's service key.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await Quote.sign(deployment, quote, account)
 */
export const sign = (domain: EscrowDomain, quote: Quote, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, quote))

/**
 * Whether a quote bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await Quote.verify(deployment, quote, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: EscrowDomain,
  quote: Quote,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, quote), options)
