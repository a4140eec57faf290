import { type Address, type Hex, hashStruct, hashTypedData, sha256, zeroHash } from 'viem'
import * as z from 'zod'
import { type RegistryDomain, registryDomain } from '../crypto/domains.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, hex32, signature as signatureField, smallUint, uint } from './fields.ts'

/** A provider's signed statement about one inference. For a job `channelId` is the job's id, `seq` and `prevReceipt` are zero. */
export const schema = z.strictObject({
  provider: address,
  payer: address,
  channelId: hex32,
  seq: uint(64),
  modelKey: hex32,
  requestHash: hex32,
  responseHash: hex32,
  traceRoot: hex32,
  detailsHash: hex32,
  tokensIn: uint(64),
  tokensOut: uint(64),
  charged: uint(128),
  cumulativeCharged: uint(128),
  servedAt: smallUint(40),
  prevReceipt: hex32,
})

/** A provider's signed statement about one inference. For a job `channelId` is the job's id, `seq` and `prevReceipt` are zero. */
export type Receipt = Readonly<z.output<typeof schema>>

/** EIP-712 type, in ProviderRegistry's domain. */
export const types = {
  InferenceReceipt: [
    { name: 'provider', type: 'address' },
    { name: 'payer', type: 'address' },
    { name: 'channelId', type: 'bytes32' },
    { name: 'seq', type: 'uint64' },
    { name: 'modelKey', type: 'bytes32' },
    { name: 'requestHash', type: 'bytes32' },
    { name: 'responseHash', type: 'bytes32' },
    { name: 'traceRoot', type: 'bytes32' },
    { name: 'detailsHash', type: 'bytes32' },
    { name: 'tokensIn', type: 'uint64' },
    { name: 'tokensOut', type: 'uint64' },
    { name: 'charged', type: 'uint128' },
    { name: 'cumulativeCharged', type: 'uint128' },
    { name: 'servedAt', type: 'uint40' },
    { name: 'prevReceipt', type: 'bytes32' },
  ],
} as const

const primaryType = 'InferenceReceipt'

/**
 * Reads a receipt from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `RECEIPT_INVALID` naming path and rule.
 * @example const receipt = Receipt.parse(await response.json())
 */
export const parse = (input: unknown): Receipt => parseMessage('Receipt', schema, input)

/**
 * Writes a receipt as a JSON value: the inverse of `parse`.
 *
 * @throws `RECEIPT_INVALID` for a value out of the schema.
 * @example await writeFile('receipt.json', JSON.stringify(Receipt.toJson(receipt)))
 */
export const toJson = (receipt: Receipt): z.input<typeof schema> => writeJson('Receipt', schema, receipt)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `RECEIPT_INVALID` for a value out of the schema.
 * @example const bytes = Receipt.canonical(receipt)
 */
export const canonical = (receipt: Receipt): Uint8Array => toCanonicalBytes('Receipt', schema, receipt)

/**
 * EIP-712 data of a receipt, ready for `signTypedData` of any wallet.
 *
 * @example await walletClient.signTypedData({ account, ...Receipt.typedData(deployment, receipt) })
 */
export const typedData = (domain: RegistryDomain, message: Receipt) =>
  ({ domain: registryDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a receipt in ProviderRegistry's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of ProviderRegistry; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = Receipt.hash(deployment, receipt)
 */
export const hash = (domain: RegistryDomain, receipt: Receipt): Hex =>
  hashTypedData(typedData(domain, receipt))

/**
 * EIP-712 struct hash of a receipt, without a domain: what `prevReceipt` names, and a leaf of `ReceiptTree`.
 *
 * @returns 32 bytes as hex.
 * @example const isNext = next.prevReceipt === Receipt.structHash(receipt)
 */
export const structHash = (receipt: Receipt): Hex => hashStruct({ data: receipt, types, primaryType })

/**
 * Signs a receipt; the signer is the provider's service key.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await Receipt.sign(deployment, receipt, account)
 */
export const sign = (domain: RegistryDomain, receipt: Receipt, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, receipt))

/**
 * Whether a receipt bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await Receipt.verify(deployment, receipt, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: RegistryDomain,
  receipt: Receipt,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, receipt), options)

/** Tokens of a text model; `counted` where the engine did not say and the provider counted. */
export const usageSchema = z.strictObject({
  promptTokens: z.int().min(0),
  completionTokens: z.int().min(0),
  source: z.enum(['server', 'counted']),
})

/** How an answer was made: what `detailsHash` of a receipt commits to. */
export const detailsSchema = z.strictObject({
  runtime: z.string().max(128),
  executionProvider: z.string().max(64),
  sandbox: z.string().max(128),
  /** `transfer`: to the worker and back; older receipts do not say. */
  timingsMs: z.strictObject({
    queue: z.number().min(0),
    load: z.number().min(0),
    run: z.number().min(0),
    transfer: z.number().min(0).optional(),
  }),
  usage: usageSchema.optional(),
})

/** How an answer was made. */
export type Details = Readonly<z.output<typeof detailsSchema>>

/**
 * Canonical JSON (RFC 8785) of the details, as UTF-8 bytes: what `detailsHash` is the SHA-256 of.
 *
 * @example const bytes = Receipt.canonicalDetails(details)
 */
export const canonicalDetails = (details: Details): Uint8Array =>
  toCanonicalBytes('ReceiptDetails', detailsSchema, details)

/**
 * SHA-256 of the canonical JSON of the details.
 *
 * @returns 32 bytes as hex.
 * @example receipt.detailsHash === Receipt.hashDetails(details)
 */
export const hashDetails = (details: Details): Hex => sha256(canonicalDetails(details))

/** What a receipt of a job is made from; `servedAt` is in seconds of the chain, `charged` in USDC 1e-6. */
export type JobReceiptOptions = {
  readonly provider: Address
  readonly client: Address
  readonly jobId: Hex
  readonly modelKey: Hex
  readonly inputCommit: Hex
  readonly resultCommit: Hex
  readonly details: Details
  readonly charged: bigint
  readonly servedAt: number
}

/**
 * The receipt of a job in the escrow lane: its channel is the job, it is the first and the last there; its tokens are those of the details.
 *
 * @example const receipt = Receipt.forJob({ provider, client, jobId, modelKey, inputCommit, resultCommit, details, charged, servedAt })
 */
export function forJob(options: JobReceiptOptions): Receipt {
  const { provider, client, jobId, modelKey, inputCommit, resultCommit, details, charged, servedAt } = options
  const { promptTokens = 0, completionTokens = 0 } = details.usage ?? {}
  return {
    provider,
    payer: client,
    channelId: jobId,
    seq: 0n,
    modelKey,
    requestHash: inputCommit,
    responseHash: resultCommit,
    traceRoot: zeroHash,
    detailsHash: hashDetails(details),
    tokensIn: BigInt(promptTokens),
    tokensOut: BigInt(completionTokens),
    charged,
    cumulativeCharged: charged,
    servedAt,
    prevReceipt: zeroHash,
  }
}

/** What a receipt in a channel is made from; `servedAt` is in seconds of the chain, `charged` in USDC 1e-6. */
export type ChannelReceiptOptions = Omit<
  JobReceiptOptions,
  'client' | 'jobId' | 'inputCommit' | 'resultCommit'
> & {
  readonly payer: Address
  readonly channelId: Hex
  readonly requestHash: Hex
  readonly responseHash: Hex
  readonly tokensIn?: bigint
  readonly tokensOut?: bigint
  /** The receipt before it in the channel; none for the first. */
  readonly previous?: Receipt | undefined
}

/**
 * The next receipt of a channel: it counts on and chains to the one before. The first has number 0 and chains to nothing.
 *
 * @example const receipt = Receipt.forChannel({ provider, payer, channelId, modelKey, requestHash, responseHash, details, charged, servedAt, previous })
 */
export function forChannel(options: ChannelReceiptOptions): Receipt {
  const { details, previous, tokensIn = 0n, tokensOut = 0n, ...fields } = options
  return {
    ...fields,
    seq: previous === undefined ? 0n : previous.seq + 1n,
    traceRoot: zeroHash,
    detailsHash: hashDetails(details),
    tokensIn,
    tokensOut,
    cumulativeCharged: (previous?.cumulativeCharged ?? 0n) + options.charged,
    prevReceipt: previous === undefined ? zeroHash : structHash(previous),
  }
}

/** A receipt with all that is needed to check it offline: the file that `dim verify` reads. */
export const signedSchema = z.strictObject({
  receipt: schema,
  /** The provider's service key, or the provider itself. */
  signer: address,
  signature: signatureField,
  details: detailsSchema,
  chainId: z.int().positive(),
  providerRegistry: address,
})

/** A receipt with all that is needed to check it offline. */
export type Signed = Readonly<z.output<typeof signedSchema>>

/**
 * Reads a signed receipt from a parsed JSON value; `verifySigned` checks it.
 *
 * @throws `SIGNED_RECEIPT_INVALID` naming path and rule.
 * @example const signed = Receipt.parseSigned(JSON.parse(await readFile('receipt.json', 'utf8')))
 */
export const parseSigned = (input: unknown): Signed => parseMessage('SignedReceipt', signedSchema, input)

/**
 * Writes a signed receipt as a JSON value: the inverse of `parseSigned`.
 *
 * @example await writeFile('receipt.json', JSON.stringify(Receipt.signedToJson(signed)))
 */
export const signedToJson = (signed: Signed): z.input<typeof signedSchema> =>
  writeJson('SignedReceipt', signedSchema, signed)

/**
 * Whether a signed receipt holds together, offline: the details are those of the hash, and `signer` signed it.
 *
 * Whether `signer` speaks for the provider is the registry's to say (`keyValidAt`) or the provider record's.
 *
 * @example if (!(await Receipt.verifySigned(signed))) return 'forged'
 */
export async function verifySigned(signed: Signed, options: Pick<VerifySignatureOptions, 'client'> = {}) {
  const { receipt, signer, signature, details } = signed
  return (
    hashDetails(details) === receipt.detailsHash && verify(signed, receipt, { signature, signer, ...options })
  )
}
