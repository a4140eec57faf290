import type { Hex } from 'viem'
import * as z from 'zod'
import { InvalidMessageError } from '../errors/invalidMessage.ts'
import { parseJsonBytes, toCanonicalBytes } from './codec.ts'
import { signature as signatureField } from './fields.ts'
import { decodeSections, encodeSections } from './payloadSections.ts'
import { type Details, detailsSchema, type Receipt, schema as receiptSchema } from './receipt.ts'
import { compareBytes } from './tensors/compareBytes.ts'

const noun = 'ResultPayload'
const magic = 'DIMR'
const maxStatementBytes = 64 * 1024

const statementSchema = z.strictObject({
  receipt: receiptSchema,
  signature: signatureField,
  details: detailsSchema,
})

/** What a provider sends inside the result's envelope. */
export type ResultPayload = {
  /** Canonical bytes of the output tensors: `TensorSet.encode`. */
  readonly tensors: Uint8Array
  /** 32 bytes: opens `resultCommit`. */
  readonly salt: Hex
  readonly receipt: Receipt
  /** The service key's signature of the receipt. */
  readonly signature: Hex
  /** How the answer was made; its hash is in the receipt. */
  readonly details: Details
}

/**
 * Bytes of a result payload: "DIMR", version 1, then salt, the signed receipt as canonical JSON and tensors, each after its length (u64).
 *
 * @throws `PAYLOAD_MALFORMED` when the salt has not 32 bytes, `RESULT_PAYLOAD_INVALID` for a broken receipt.
 * @example const { root, ref } = await Envelope.seal({ payload: ResultPayload.encode(result), recipientKey: input.replyKey })
 */
export function encode({ tensors, salt, receipt, signature, details }: ResultPayload): Uint8Array {
  const statement = toCanonicalBytes(noun, statementSchema, {
    receipt,
    signature: signature as `0x${string}`,
    details,
  })
  return encodeSections({ noun, magic, salt, rest: [statement, tensors] })
}

/**
 * Reads a result payload. Nothing is believed yet: check commitment, receipt and signature.
 *
 * @throws `PAYLOAD_MALFORMED` or `RESULT_PAYLOAD_INVALID` for anything that `encode` would not write.
 * @example const { tensors, salt, receipt } = ResultPayload.decode(await Envelope.open({ root, getChunk, privateKey }))
 */
export function decode(bytes: Uint8Array): ResultPayload {
  const { salt, rest } = decodeSections(bytes, { noun, magic, hasKey: false, count: 2 })
  const [statement, tensors] = rest as [Uint8Array, Uint8Array]
  const parsed = parseJsonBytes(noun, statementSchema, { bytes: statement, maxBytes: maxStatementBytes })
  if (compareBytes(toCanonicalBytes(noun, statementSchema, parsed), statement) !== 0) {
    throw new InvalidMessageError(noun, { path: '', rule: 'canonical JSON (RFC 8785)' })
  }
  return { tensors, salt, ...parsed }
}
