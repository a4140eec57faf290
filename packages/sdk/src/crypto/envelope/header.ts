import { bytesToHex, type Hex } from 'viem'
import { EnvelopeMalformedError } from '../../errors/envelopeMalformed.ts'
import { EnvelopeTooLargeError } from '../../errors/envelopeTooLarge.ts'

/*
 * Root block, little-endian:
 *   "DIME" | version u8 = 1 | kind u8 (0 plain, 1 HPKE) | layout u8 (0 inline, 1 chunked) | 0
 *   payload length u64 | encapsulated key 32 (HPKE only)
 *   inline:  the body
 *   chunked: SHA-256 of each chunk's block, 32 bytes each
 * A body or chunk is plain bytes, or ciphertext and tag (16 bytes). No block is larger than 1 MiB.
 */
const magic = [0x44, 0x49, 0x4d, 0x45]
const version = 1
const fixedLength = 16

/** Largest block of an envelope. */
export const maxBlockBytes = 2 ** 20
/** Length of an encapsulated X25519 key. */
export const encLength = 32

/** Bytes that a body or chunk has beyond its plain text. */
export const tagLength = (isSealed: boolean): number => (isSealed ? 16 : 0)

/** Plain bytes in every chunk but the last. */
export const chunkPayload = (isSealed: boolean): number => maxBlockBytes - tagLength(isSealed)

/** Bytes before the body or the list of chunks. */
export const headerLength = (isSealed: boolean): number => fixedLength + (isSealed ? encLength : 0)

/** What a root block says about its envelope. */
export type EnvelopeInfo = {
  readonly isSealed: boolean
  readonly isChunked: boolean
  readonly payloadBytes: number
  /** SHA-256 of the chunks' blocks, in order; empty when the payload is in the root. */
  readonly chunkRefs: readonly Hex[]
}

/** A root block taken apart. */
export type Root = EnvelopeInfo & {
  /** The bytes that every chunk is bound to. */
  readonly header: Uint8Array
  readonly enc: Uint8Array
  /** The inline body; empty when chunked. */
  readonly body: Uint8Array
}

/** Writes the part of a root block before the body or the list of chunks. */
export function writeHeader(options: {
  isSealed: boolean
  isChunked: boolean
  payloadBytes: number
  enc: Uint8Array
}): Uint8Array {
  const { isSealed, isChunked, payloadBytes, enc } = options
  const header = new Uint8Array(headerLength(isSealed))
  header.set([...magic, version, isSealed ? 1 : 0, isChunked ? 1 : 0, 0])
  new DataView(header.buffer).setBigUint64(8, BigInt(payloadBytes), true)
  header.set(enc, fixedLength)
  return header
}

/**
 * Takes a root block apart; strict, so that every byte has one meaning.
 *
 * @throws `ENVELOPE_MALFORMED` for anything that `seal` and `plain` do not write, `ENVELOPE_TOO_LARGE` beyond `maxBytes` of payload.
 */
export function readRoot(root: Uint8Array, maxBytes: number): Root {
  if (root.length > maxBlockBytes)
    throw new EnvelopeMalformedError(`its root has more than ${maxBlockBytes} bytes`)
  const { isSealed, isChunked, payloadBytes } = readFlags(root, maxBytes)
  const start = headerLength(isSealed)
  if (root.length < start) throw new EnvelopeMalformedError('its root is cut off')
  const rest = root.subarray(start)
  const expected = isChunked
    ? 32 * Math.ceil(payloadBytes / chunkPayload(isSealed))
    : payloadBytes + tagLength(isSealed)
  if (rest.length !== expected) throw new EnvelopeMalformedError('its length is not what its header says')
  const isSmall = start + payloadBytes + tagLength(isSealed) <= maxBlockBytes
  if (isChunked === isSmall) throw new EnvelopeMalformedError('chunks where none are needed')
  return {
    isSealed,
    isChunked,
    payloadBytes,
    header: root.subarray(0, start),
    enc: root.subarray(fixedLength, start),
    body: isChunked ? rest.subarray(0, 0) : rest,
    chunkRefs: isChunked ? splitRefs(rest) : [],
  }
}

/**
 * What a root block says about its envelope, without a key.
 *
 * @param root The root block.
 * @param maxBytes Largest payload to take; 1 GiB unless given.
 * @throws `ENVELOPE_MALFORMED`, `ENVELOPE_TOO_LARGE`.
 * @example const { isSealed, payloadBytes, chunkRefs } = Envelope.describe(root)
 */
export function describe(root: Uint8Array, maxBytes: number = 2 ** 30): EnvelopeInfo {
  const { isSealed, isChunked, payloadBytes, chunkRefs } = readRoot(root, maxBytes)
  return { isSealed, isChunked, payloadBytes, chunkRefs }
}

/**
 * SHA-256 of the chunks that belong to a root block, in order; empty when the payload is in the root.
 *
 * @throws `ENVELOPE_MALFORMED`, `ENVELOPE_TOO_LARGE`.
 * @example for (const ref of Envelope.chunkRefs(root)) await fetchBlock(endpoint, refToCid(ref))
 */
export const chunkRefs = (root: Uint8Array, maxBytes?: number): readonly Hex[] =>
  describe(root, maxBytes).chunkRefs

function readFlags(root: Uint8Array, maxBytes: number) {
  if (root.length < fixedLength || magic.some((byte, i) => root[i] !== byte)) {
    throw new EnvelopeMalformedError('no "DIME" at its start')
  }
  const [, , , , found, kind, layout, reserved] = root as unknown as number[]
  if (found !== version) throw new EnvelopeMalformedError(`version ${found} is unknown`)
  if ((kind !== 0 && kind !== 1) || (layout !== 0 && layout !== 1) || reserved !== 0) {
    throw new EnvelopeMalformedError('unknown flags')
  }
  const length = new DataView(root.buffer, root.byteOffset).getBigUint64(8, true)
  if (length > BigInt(maxBytes)) throw new EnvelopeTooLargeError({ actual: length, limit: maxBytes })
  return { isSealed: kind === 1, isChunked: layout === 1, payloadBytes: Number(length) }
}

function splitRefs(list: Uint8Array): Hex[] {
  return Array.from({ length: list.length / 32 }, (_, i) => bytesToHex(list.subarray(32 * i, 32 * i + 32)))
}
