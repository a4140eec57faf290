import type { Hex } from 'viem'
import { decodeSections, encodeSections } from './payloadSections.ts'

const noun = 'InputPayload'
const magic = 'DIMI'

/** What a client sends inside the input's envelope. */
export type InputPayload = {
  /** Canonical bytes of the input tensors: `TensorSet.encode`. */
  readonly tensors: Uint8Array
  /** 32 bytes: opens `inputCommit`. */
  readonly salt: Hex
  /** Canonical JSON of the job spec: `JobSpec.canonical`. */
  readonly jobSpec: Uint8Array
  /** The client's fresh X25519 public key, to which the result is sealed; 32 bytes. */
  readonly replyKey: Uint8Array
}

/**
 * Bytes of an input payload: "DIMI", version 1, then salt, reply key, job spec and tensors, each after its length (u64).
 *
 * @throws `PAYLOAD_MALFORMED` when salt or reply key have not 32 bytes.
 * @example const { root, chunks, ref } = await Envelope.seal({ payload: InputPayload.encode(payload), recipientKey })
 */
export function encode({ tensors, salt, jobSpec, replyKey }: InputPayload): Uint8Array {
  return encodeSections({ noun, magic, key: replyKey, salt, rest: [jobSpec, tensors] })
}

/**
 * Reads an input payload; strict, so that `encode(decode(bytes))` is always `bytes`. Tensors and job spec are views, not read yet.
 *
 * @throws `PAYLOAD_MALFORMED` for anything that `encode` would not write.
 * @example const { tensors, salt } = InputPayload.decode(await Envelope.open({ root, getChunk, privateKey }))
 */
export function decode(bytes: Uint8Array): InputPayload {
  const { key: replyKey, salt, rest } = decodeSections(bytes, { noun, magic, hasKey: true, count: 2 })
  const [jobSpec, tensors] = rest as [Uint8Array, Uint8Array]
  return { tensors, salt, jobSpec, replyKey }
}
