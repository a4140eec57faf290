import type { Hex } from 'viem'
import { EnvelopeBlockMismatchError } from '../../errors/envelopeBlockMismatch.ts'
import { EnvelopeMalformedError } from '../../errors/envelopeMalformed.ts'
import { EnvelopeNotOpenedError } from '../../errors/envelopeNotOpened.ts'
import { chunkAad, contextInfo } from './binding.ts'
import { hashBlock } from './hashBlock.ts'
import { chunkPayload, type Root, readRoot, tagLength } from './header.ts'
import { importPrivateKey, type PrivateKey, suite } from './keys.ts'

/** Which envelope to open, and how. */
type Source = {
  readonly root: Uint8Array
  /** Fetches a chunk's block by its SHA-256; needed for payloads that do not fit into the root. */
  readonly getChunk?: ((ref: Hex, index: number) => Promise<Uint8Array>) | undefined
  /** If given, the SHA-256 that the root must have: `inputRef` or `resultRef` as the chain says. */
  readonly ref?: Hex | undefined
  /** Largest payload to take; 1 GiB unless given. */
  readonly maxBytes?: number | undefined
}

/** Which sealed envelope to open, and with which key. */
export type OpenOptions = Source & {
  readonly privateKey: PrivateKey
  /** What the envelope was bound to when it was sealed. */
  readonly aad?: Uint8Array | undefined
}

const gibibyte = 2 ** 30

/**
 * Decrypts an envelope: the inverse of `seal`. Every block is checked against its hash, every chunk against its place.
 *
 * @returns The payload.
 * @throws `ENVELOPE_MALFORMED` for what is not an envelope, `ENVELOPE_TOO_LARGE` beyond `maxBytes`, `ENVELOPE_BLOCK_MISMATCH` for a
 *   block with other bytes, `ENVELOPE_NOT_OPENED` for another key, another `aad`, changed bytes or a plain envelope; what `getChunk` throws.
 * @example const payload = await Envelope.open({ root, ref: job.resultRef, getChunk, privateKey, aad })
 */
export async function open({
  root,
  getChunk,
  ref,
  maxBytes = gibibyte,
  privateKey,
  aad,
}: OpenOptions): Promise<Uint8Array> {
  const parts = await readChecked(root, { ref, maxBytes })
  if (!parts.isSealed) throw new EnvelopeNotOpenedError('it is plain where a sealed one was expected')
  const recipientKey = await importPrivateKey(privateKey)
  const context = await createContext(parts, { recipientKey, aad })
  return collect(parts, getChunk, async (block, place) => {
    try {
      return new Uint8Array(await context.open(new Uint8Array(block).buffer, chunkAad(parts.header, place)))
    } catch (cause) {
      throw new EnvelopeNotOpenedError('another key, or changed bytes', cause)
    }
  })
}

/**
 * Reads an envelope that was not encrypted: the inverse of `plain`. Every chunk is checked against its hash.
 *
 * @returns The payload.
 * @throws `ENVELOPE_NOT_OPENED` for a sealed envelope; else as `open`. Without `ref` nothing says that the root is the right one.
 * @example const payload = await Envelope.openPlain({ root, ref: job.inputRef, getChunk })
 */
export async function openPlain({ root, getChunk, ref, maxBytes = gibibyte }: Source): Promise<Uint8Array> {
  const parts = await readChecked(root, { ref, maxBytes })
  if (parts.isSealed) throw new EnvelopeNotOpenedError('it is sealed where a plain one was expected')
  return collect(parts, getChunk, async (block) => block)
}

type Place = { index: number; total: number }
type OpenBlock = (block: Uint8Array, place: Place) => Promise<Uint8Array>

async function readChecked(
  root: Uint8Array,
  { ref, maxBytes }: { ref: Hex | undefined; maxBytes: number },
): Promise<Root> {
  if (ref !== undefined) await assertHash('root', { block: root, expected: ref })
  return readRoot(root, maxBytes)
}

async function createContext(
  parts: Root,
  options: { recipientKey: CryptoKey | CryptoKeyPair; aad: Uint8Array | undefined },
) {
  const { recipientKey, aad } = options
  try {
    return await suite.createRecipientContext({
      recipientKey,
      enc: new Uint8Array(parts.enc).buffer,
      info: contextInfo(aad),
    })
  } catch (cause) {
    throw new EnvelopeNotOpenedError('its encapsulated key is no key', cause)
  }
}

async function collect(parts: Root, getChunk: Source['getChunk'], openBlock: OpenBlock): Promise<Uint8Array> {
  const { isSealed, isChunked, payloadBytes, chunkRefs } = parts
  if (!isChunked) return new Uint8Array(await openBlock(parts.body, { index: 0, total: 1 }))
  if (getChunk === undefined) throw new EnvelopeMalformedError('there is no way to fetch its chunks')
  const payload = new Uint8Array(payloadBytes)
  const size = chunkPayload(isSealed)
  for (const [index, expected] of chunkRefs.entries()) {
    const block = await getChunk(expected, index)
    await assertHash(`chunk ${index}`, { block, expected })
    const length = Math.min(size, payloadBytes - index * size)
    const isWhole = block.length === length + tagLength(isSealed)
    if (!isWhole) throw new EnvelopeMalformedError(`chunk ${index} has a wrong length`)
    payload.set(await openBlock(block, { index, total: chunkRefs.length }), index * size)
  }
  return payload
}

async function assertHash(
  block: string,
  { block: bytes, expected }: { block: Uint8Array; expected: Hex },
): Promise<void> {
  const actual = await hashBlock(bytes)
  if (actual !== expected.toLowerCase()) throw new EnvelopeBlockMismatchError(block, { expected, actual })
}
