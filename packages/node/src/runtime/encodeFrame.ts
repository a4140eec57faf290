import { framePrefixBytes } from './frameParser.ts'

const joinBelowBytes = 8192

/** The pieces of one frame: a small one in a single piece, large payloads without copying them. */
export function encodeFrame(header: object, parts: readonly Uint8Array[]): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header))
  const payloadBytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
  const prefix = Buffer.alloc(framePrefixBytes)
  prefix.writeUInt32LE(json.length, 0)
  prefix.writeUInt32LE(payloadBytes, 4)
  if (payloadBytes < joinBelowBytes) return [Buffer.concat([prefix, json, ...parts])]
  return [prefix, json, ...parts]
}
