import { type Hex, hashTypedData } from 'viem'
import * as z from 'zod'
import { type EscrowDomain, escrowDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, bps, hex32, smallUint, uint } from './fields.ts'

/** A job that a client signs off chain and that draws on its reserved balance; amounts in USDC 1e-6, `submitBy` in unix seconds of the chain. */
export const schema = z.strictObject({
  client: address,
  provider: address,
  modelKey: hex32,
  inputCommit: hex32,
  price: uint(64),
  submitBy: smallUint(40),
  feeBps: bps,
  royaltyBps: bps,
  nonce: uint(96),
})

/** A job that a client signs off chain and that draws on its reserved balance; amounts in USDC 1e-6, `submitBy` in unix seconds of the chain. */
export type JobOrder = Readonly<z.output<typeof schema>>

/** EIP-712 type, in JobEscrow's domain. */
export const types = {
  JobOrder: [
    { name: 'client', type: 'address' },
    { name: 'provider', type: 'address' },
    { name: 'modelKey', type: 'bytes32' },
    { name: 'inputCommit', type: 'bytes32' },
    { name: 'price', type: 'uint64' },
    { name: 'submitBy', type: 'uint40' },
    { name: 'feeBps', type: 'uint16' },
    { name: 'royaltyBps', type: 'uint16' },
    { name: 'nonce', type: 'uint96' },
  ],
} as const

const primaryType = 'JobOrder'

/**
 * Reads an order from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `JOB_ORDER_INVALID` naming path and rule.
 * @example const jobOrder = JobOrder.parse(await response.json())
 */
export const parse = (input: unknown): JobOrder => parseMessage('JobOrder', schema, input)

/**
 * Writes an order as a JSON value: the inverse of `parse`.
 *
 * @throws `JOB_ORDER_INVALID` for a value out of the schema.
 * @example await writeFile('jobOrder.json', JSON.stringify(JobOrder.toJson(jobOrder)))
 */
export const toJson = (jobOrder: JobOrder): z.input<typeof schema> => writeJson('JobOrder', schema, jobOrder)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `JOB_ORDER_INVALID` for a value out of the schema.
 * @example const bytes = JobOrder.canonical(jobOrder)
 */
export const canonical = (jobOrder: JobOrder): Uint8Array => toCanonicalBytes('JobOrder', schema, jobOrder)

/**
 * EIP-712 data of an order, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...JobOrder.typedData(deployment, jobOrder) })
 */
export const typedData = (domain: EscrowDomain, message: JobOrder) =>
  ({ domain: escrowDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of an order in JobEscrow's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of JobEscrow; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = JobOrder.hash(deployment, jobOrder)
 */
export const hash = (domain: EscrowDomain, jobOrder: JobOrder): Hex =>
  hashTypedData(typedData(domain, jobOrder))

/**
 * Signs an order; the signer is the client.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await JobOrder.sign(deployment, jobOrder, account)
 */
export const sign = (domain: EscrowDomain, jobOrder: JobOrder, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, jobOrder))

/**
 * Whether an order bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await JobOrder.verify(deployment, jobOrder, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: EscrowDomain,
  jobOrder: JobOrder,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, jobOrder), options)
