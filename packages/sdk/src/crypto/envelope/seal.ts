import type { Hex } from 'viem'
import { hexToBytes, sha256 } from 'viem'
import { EnvelopeKeyInvalidError } from '../../errors/envelopeKeyInvalid.ts'
import { EnvelopeTooLargeError } from '../../errors/envelopeTooLarge.ts'
import { chunkAad, contextInfo } from './binding.ts'
import { hashBlock } from './hashBlock.ts'
import { chunkPayload, headerLength, maxBlockBytes, tagLength, writeHeader } from './header.ts'
import { importPublicKey, suite } from './keys.ts'

/** An envelope as blocks to store: `ref` addresses the root, the root names the chunks. */
export type Envelope = {
  readonly root: Uint8Array
  readonly chunks: readonly Uint8Array[]
  /** SHA-256 of the root block: `inputRef` or `resultRef`. */
  readonly ref: Hex
}

/** What is sealed, and to whom. */
export type SealOptions = {
  readonly payload: Uint8Array
  /** X25519 public key of 32 bytes. */
  readonly recipientKey: Uint8Array
  /** What the envelope is bound to besides its content, such as a job's id; `open` needs the same. */
  readonly aad?: Uint8Array | undefined
}

/**
 * Encrypts a payload to one recipient by HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM).
 *
 * @returns Blocks of at most 1 MiB: the root, which holds a small payload itself, and the chunks of a large one.
 * @throws `ENVELOPE_KEY_INVALID` when the key is not an X25519 key, `ENVELOPE_TOO_LARGE` beyond about 32 GiB.
 * @example const { root, chunks, ref } = await Envelope.seal({ payload, recipientKey: Envelope.fromHex(record.hpkeKey) })
 */
export async function seal({ payload, recipientKey, aad }: SealOptions): Promise<Envelope> {
  const sender = await createSender(await importPublicKey(recipientKey), aad)
  const { isChunked, pieces } = split(payload, true)
  const enc = new Uint8Array(sender.enc)
  const header = writeHeader({ isSealed: true, isChunked, payloadBytes: payload.length, enc })
  const blocks: Uint8Array[] = []
  // One after the other: the context counts its messages, and opening counts with it.
  for (const [index, piece] of pieces.entries()) {
    const bound = chunkAad(header, { index, total: pieces.length })
    blocks.push(new Uint8Array(await sender.seal(toBuffer(piece), bound)))
  }
  const refs = isChunked ? await Promise.all(blocks.map(hashBlock)) : []
  const root = assemble(header, { blocks, refs })
  return { root, chunks: isChunked ? blocks : [], ref: await hashBlock(root) }
}

/**
 * Wraps a payload without encryption, for public jobs.
 *
 * @returns Blocks as of `seal`; anybody who has them can read them with `openPlain`.
 * @throws `ENVELOPE_TOO_LARGE` beyond about 32 GiB.
 * @example const { root, chunks, ref } = Envelope.plain(payload)
 */
export function plain(payload: Uint8Array): Envelope {
  const { isChunked, pieces } = split(payload, false)
  const header = writeHeader({
    isSealed: false,
    isChunked,
    payloadBytes: payload.length,
    enc: new Uint8Array(0),
  })
  const root = assemble(header, {
    blocks: pieces,
    refs: isChunked ? pieces.map((piece) => sha256(piece)) : [],
  })
  return { root, chunks: isChunked ? pieces : [], ref: sha256(root) }
}

async function createSender(recipientPublicKey: CryptoKey, aad: Uint8Array | undefined) {
  try {
    return await suite.createSenderContext({ recipientPublicKey, info: contextInfo(aad) })
  } catch (cause) {
    throw new EnvelopeKeyInvalidError('no secret can be agreed with it', cause)
  }
}

function split(payload: Uint8Array, isSealed: boolean): { isChunked: boolean; pieces: Uint8Array[] } {
  const start = headerLength(isSealed)
  if (start + payload.length + tagLength(isSealed) <= maxBlockBytes)
    return { isChunked: false, pieces: [payload] }
  const size = chunkPayload(isSealed)
  const total = Math.ceil(payload.length / size)
  const most = Math.floor((maxBlockBytes - start) / 32)
  if (total > most) throw new EnvelopeTooLargeError({ actual: payload.length, limit: most * size })
  const pieces = Array.from({ length: total }, (_, i) => payload.subarray(i * size, (i + 1) * size))
  return { isChunked: true, pieces }
}

/** A root block: the header, then the hashes of the chunks or, where there are none, the one block itself. */
function assemble(header: Uint8Array, { blocks, refs }: { blocks: Uint8Array[]; refs: Hex[] }): Uint8Array {
  const tail = refs.length > 0 ? refs.map((ref) => hexToBytes(ref)) : blocks
  const root = new Uint8Array(header.length + tail.reduce((sum, part) => sum + part.length, 0))
  root.set(header)
  let offset = header.length
  for (const part of tail) {
    root.set(part, offset)
    offset += part.length
  }
  return root
}

const toBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
