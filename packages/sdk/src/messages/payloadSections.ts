import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { PayloadMalformedError } from '../errors/payloadMalformed.ts'

const version = 1

type Sections = {
  readonly noun: string
  /** Four letters. */
  readonly magic: string
  readonly salt: Hex
  readonly key?: Uint8Array
  readonly rest: readonly Uint8Array[]
}

/** Writes magic, version, salt (32), key (32, where there is one), then each of `rest` after its length (u64, little-endian). */
export function encodeSections({ noun, magic, salt, key, rest }: Sections): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/i.test(salt)) throw new PayloadMalformedError(noun, 'the salt has not 32 bytes')
  if (key !== undefined && key.length !== 32)
    throw new PayloadMalformedError(noun, 'the key has not 32 bytes')
  const head = [
    new TextEncoder().encode(magic),
    Uint8Array.of(version),
    hexToBytes(salt),
    key ?? new Uint8Array(0),
  ]
  return joinBytes([...head, ...rest.flatMap((part) => [lengthBytes(part), part])])
}

/** Reads what `encodeSections` wrote; every byte must belong to a section. */
export function decodeSections(
  bytes: Uint8Array,
  { noun, magic, hasKey, count }: { noun: string; magic: string; hasKey: boolean; count: number },
): { salt: Hex; key: Uint8Array; rest: Uint8Array[] } {
  let offset = 0
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - offset) throw new PayloadMalformedError(noun, 'it is cut off')
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  if (new TextDecoder().decode(take(4)) !== magic)
    throw new PayloadMalformedError(noun, `no "${magic}" at its start`)
  if (take(1)[0] !== version) throw new PayloadMalformedError(noun, `not version ${version}`)
  const salt = bytesToHex(take(32))
  const key = take(hasKey ? 32 : 0)
  const rest = Array.from({ length: count }, () => take(readLength(take(8), noun)))
  if (offset !== bytes.length) throw new PayloadMalformedError(noun, 'bytes follow its end')
  return { salt, key, rest }
}

function lengthBytes(part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(part.length), true)
  return bytes
}

function readLength(bytes: Uint8Array, noun: string): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new PayloadMalformedError(noun, 'it is cut off')
  return Number(length)
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
