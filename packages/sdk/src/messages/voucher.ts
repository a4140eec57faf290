import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type ChannelsDomain, channelsDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { hex32, uint } from './fields.ts'

/** A cumulative promise: the receiver of a channel may claim up to this, in USDC 1e-6 since the first deposit. The type is that of x402. */
export const schema = z.strictObject({
  channelId: hex32,
  maxClaimableAmount: uint(128),
})

/** A cumulative promise: the receiver of a channel may claim up to this, in USDC 1e-6 since the first deposit. The type is that of x402. */
export type Voucher = Readonly<z.output<typeof schema>>

/** EIP-712 type, in PaymentChannels's domain. */
export const types = {
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'maxClaimableAmount', type: 'uint128' },
  ],
} as const

const primaryType = 'Voucher'

/**
 * Reads a voucher from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `VOUCHER_INVALID` naming path and rule.
 * @example const voucher = Voucher.parse(await response.json())
 */
export const parse = (input: unknown): Voucher => parseMessage('Voucher', schema, input)

/**
 * Writes a voucher as a JSON value: the inverse of `parse`.
 *
 * @throws `VOUCHER_INVALID` for a value out of the schema.
 * @example await writeFile('voucher.json', JSON.stringify(Voucher.toJson(voucher)))
 */
export const toJson = (voucher: Voucher): z.input<typeof schema> => writeJson('Voucher', schema, voucher)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `VOUCHER_INVALID` for a value out of the schema.
 * @example const bytes = Voucher.canonical(voucher)
 */
export const canonical = (voucher: Voucher): Uint8Array => toCanonicalBytes('Voucher', schema, voucher)

/**
 * EIP-712 data of a voucher, ready for `signTypedData` of any wallet.
 *
 * @throws `NOT_DEPLOYED` for a deployment without PaymentChannels.
 * @example await walletClient.signTypedData({ account, ...Voucher.typedData(deployment, voucher) })
 */
export const typedData = (domain: ChannelsDomain, message: Voucher) =>
  ({ domain: channelsDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a voucher in PaymentChannels's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of PaymentChannels; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = Voucher.hash(deployment, voucher)
 */
export const hash = (domain: ChannelsDomain, voucher: Voucher): Hex =>
  hashTypedData(typedData(domain, voucher))

/**
 * Signs a voucher; the signer is the channel's signer.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await Voucher.sign(deployment, voucher, account)
 */
export const sign = (domain: ChannelsDomain, voucher: Voucher, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, voucher))

/**
 * Whether a voucher bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await Voucher.verify(deployment, voucher, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: ChannelsDomain,
  voucher: Voucher,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, voucher), options)
