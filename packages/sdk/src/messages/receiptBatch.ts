import { type Address, type Hex, hashTypedData, isAddressEqual } from 'viem'
import * as z from 'zod'
import { type AnchorDomain, anchorDomain } from '../crypto/domains.ts'
import * as ReceiptTree from '../crypto/receiptTree.ts'
import type { Signer } from '../crypto/signer.ts'
import { type VerifySignatureOptions, verifySignature } from '../crypto/verifySignature.ts'
import { ReceiptInvalidError } from '../errors/receiptInvalid.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, hex32, smallUint, uint } from './fields.ts'
import * as Receipt from './receipt.ts'

/** All receipts of one epoch of a provider: the root of the counted tree over them, their number, and the sum of what they charged in USDC 1e-6. */
export const schema = z.strictObject({
  provider: address,
  epoch: uint(64),
  root: hex32,
  count: smallUint(32),
  total: uint(128),
})

/** All receipts of one epoch of a provider: the root of the counted tree over them, their number, and the sum of what they charged in USDC 1e-6. */
export type ReceiptBatch = Readonly<z.output<typeof schema>>

/** EIP-712 type, in ReceiptAnchor's domain. */
export const types = {
  ReceiptBatch: [
    { name: 'provider', type: 'address' },
    { name: 'epoch', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
    { name: 'count', type: 'uint32' },
    { name: 'total', type: 'uint128' },
  ],
} as const

const primaryType = 'ReceiptBatch'

/**
 * Reads a batch of receipts from a parsed JSON value; bigints are decimal strings there.
 *
 * @throws `RECEIPT_BATCH_INVALID` naming path and rule.
 * @example const receiptBatch = ReceiptBatch.parse(await response.json())
 */
export const parse = (input: unknown): ReceiptBatch => parseMessage('ReceiptBatch', schema, input)

/**
 * Writes a batch of receipts as a JSON value: the inverse of `parse`.
 *
 * @throws `RECEIPT_BATCH_INVALID` for a value out of the schema.
 * @example await writeFile('receiptBatch.json', JSON.stringify(ReceiptBatch.toJson(receiptBatch)))
 */
export const toJson = (receiptBatch: ReceiptBatch): z.input<typeof schema> =>
  writeJson('ReceiptBatch', schema, receiptBatch)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `RECEIPT_BATCH_INVALID` for a value out of the schema.
 * @example const bytes = ReceiptBatch.canonical(receiptBatch)
 */
export const canonical = (receiptBatch: ReceiptBatch): Uint8Array =>
  toCanonicalBytes('ReceiptBatch', schema, receiptBatch)

/**
 * EIP-712 data of a batch of receipts, ready for `signTypedData` of any wallet.
 *
 * @throws `NOT_DEPLOYED` for a deployment without ReceiptAnchor.
 * @example await walletClient.signTypedData({ account, ...ReceiptBatch.typedData(deployment, receiptBatch) })
 */
export const typedData = (domain: AnchorDomain, message: ReceiptBatch) =>
  ({ domain: anchorDomain(domain), types, primaryType, message }) as const

/**
 * EIP-712 hash of a batch of receipts in ReceiptAnchor's domain (https://eips.ethereum.org/EIPS/eip-712).
 *
 * @param domain Chain id and address of ReceiptAnchor; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @example const hash = ReceiptBatch.hash(deployment, receiptBatch)
 */
export const hash = (domain: AnchorDomain, receiptBatch: ReceiptBatch): Hex =>
  hashTypedData(typedData(domain, receiptBatch))

/**
 * Signs a batch of receipts; the signer is the provider or its service key.
 *
 * @returns The signature, 65 bytes as hex.
 * @example const signature = await ReceiptBatch.sign(deployment, receiptBatch, account)
 */
export const sign = (domain: AnchorDomain, receiptBatch: ReceiptBatch, signer: Signer): Promise<Hex> =>
  signer.signTypedData(typedData(domain, receiptBatch))

/**
 * Whether a batch of receipts bears the signature of `signer`: ECDSA offline, EIP-1271 if a client is given.
 *
 * @throws only what the client throws when the chain cannot be asked.
 * @example if (!(await ReceiptBatch.verify(deployment, receiptBatch, { signature, signer }))) return 'refused'
 */
export const verify = (
  domain: AnchorDomain,
  receiptBatch: ReceiptBatch,
  options: VerifySignatureOptions,
): Promise<boolean> => verifySignature(hash(domain, receiptBatch), options)

/**
 * The batch of an epoch's receipts, in the order given. Keep that order: a receipt's place is its index in it.
 *
 * @throws `RECEIPT_TREE_EMPTY` without receipts, `RECEIPT_INVALID` for a receipt of another provider.
 * @example const batch = ReceiptBatch.of(receipts, { provider, epoch: 7n })
 */
export function of(
  receipts: readonly Receipt.Receipt[],
  { provider, epoch }: { provider: Address; epoch: bigint },
): ReceiptBatch {
  const foreign = receipts.find((receipt) => !isAddressEqual(receipt.provider, provider))
  if (foreign !== undefined)
    throw new ReceiptInvalidError('provider', `it is ${foreign.provider}, ${provider} is right`)
  const root = ReceiptTree.root(receipts.map(Receipt.structHash)) as ReceiptBatch['root']
  const total = receipts.reduce((sum, { charged }) => sum + charged, 0n)
  return { provider, epoch, root, count: receipts.length, total }
}

/**
 * Whether a batch holds a receipt at a place, offline: proof and root must fit. That the batch was anchored is the chain's to say
 * (`isBatchAnchored`).
 *
 * @param index Place of the receipt, from 0.
 * @param proof Siblings from the leaf up, from `ReceiptTree.proof`.
 * @example ReceiptBatch.includes(batch, { receipt, index: 3, proof })
 */
export const includes = (
  batch: ReceiptBatch,
  { receipt, index, proof }: { receipt: Receipt.Receipt; index: number; proof: readonly Hex[] },
): boolean =>
  isAddressEqual(batch.provider, receipt.provider) &&
  ReceiptTree.verify(proof, {
    root: batch.root,
    count: batch.count,
    index,
    receiptHash: Receipt.structHash(receipt),
  })
