import type { Writable } from 'node:stream'
import { framePrefixBytes } from './frameParser.ts'

const joinBelowBytes = 8192

/** Writes one frame; small ones in a single write, large payloads without copying them. */
export function writeFrame(socket: Writable, header: object, parts: readonly Uint8Array[]): void {
  const json = Buffer.from(JSON.stringify(header))
  const payloadBytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
  const prefix = Buffer.alloc(framePrefixBytes)
  prefix.writeUInt32LE(json.length, 0)
  prefix.writeUInt32LE(payloadBytes, 4)
  if (payloadBytes < joinBelowBytes) {
    socket.write(Buffer.concat([prefix, json, ...parts]))
    return
  }
  socket.cork()
  socket.write(prefix)
  socket.write(json)
  for (const part of parts) socket.write(part)
  socket.uncork()
}
