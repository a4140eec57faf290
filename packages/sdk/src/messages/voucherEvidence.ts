import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type ChannelsDomain, channelsDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { hex32, uint } from './fields.ts'

/** What the client has received for a voucher: the root of the receipts so far. It travels beside the voucher and never reaches the chain. */
export const schema = z.strictObject({
  channelId: hex32,
  maxClaimableAmount: uint(128),
  receiptsRoot: hex32,
})

/** What the client has received for a voucher: the root of the receipts so far. It travels beside the voucher and never reaches the chain. */
export type VoucherEvidence = Readonly<z.output<typeof schema>>

/** EIP-712 type, in PaymentChannels's domain. */
export const types = {
  VoucherEvidence: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'maxClaimableAmount', type: 'uint128' },
    { name: 'receiptsRoot', type: 'bytes32' },
  ],
} as const

const primaryType = 'VoucherEvidence'

/**
 * Reads the evidence of a voucher from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `VOUCHER_EVIDENCE_INVALID` naming path and rule.
 * @example const voucherEvidence = VoucherEvidence.parse(await response.json())
 */
export const parse = (input: unknown): VoucherEvidence => parseMessage('VoucherEvidence', schema, input)

/**
 * Writes the evidence of a voucher as a JSON value: the inverse of `parse`.
 *
 * @throws `VOUCHER_EVIDENCE_INVALID` for a value out of the schema.
 * @example await writeFile('voucherEvidence.json', JSON.stringify(VoucherEvidence.toJson(voucherEvidence)))
 */
export const toJson = (voucherEvidence: VoucherEvidence): z.input<typeof schema> =>
  writeJson('VoucherEvidence', schema, voucherEvidence)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `VOUCHER_EVIDENCE_INVALID` for a value out of the schema.
 * @example const bytes = VoucherEvidence.canonical(voucherEvidence)
 */
export const canonical = (voucherEvidence: VoucherEvidence): Uint8Array =>
  toCanonicalBytes('VoucherEvidence', schema, voucherEvidence)

/**
 * EIP-712 data of the evidence of a voucher, ready for `signTypedData` of any wallet.
 *
 * @throws `NOT_DEPLOYED` for a deployment without PaymentChannels.
 * @example await walletClient.signTypedData({ account, ...VoucherEvidence.typedData(deployment, voucherEvidence) })
 */
export const typedData = (domain: ChannelsDomain, message: VoucherEvidence) =>
  ({ domain: channelsDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of the evidence of a voucher in PaymentChannels's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of PaymentChannels; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = VoucherEvidence.hash(deployment, voucherEvidence)
 */
export const hash = (domain: ChannelsDomain, voucherEvidence: VoucherEvidence): Hex =>
  hashTypedData(typedData(domain, voucherEvidence))

/**
 * Signs the evidence of a voucher; the signer is the channel's signer.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await VoucherEvidence.sign(deployment, voucherEvidence, account)
 */
export const sign = (
  domain: ChannelsDomain,
  voucherEvidence: VoucherEvidence,
  signer: Signer,
): Promise<Hex> => signer.signTypedData(typedData(domain, voucherEvidence))

/**
 * Whether the evidence of a voucher bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await VoucherEvidence.verify(deployment, voucherEvidence, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: ChannelsDomain,
  voucherEvidence: VoucherEvidence,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, voucherEvidence), options)
