import type { Writable } from 'node:stream'
import { encodeFrame } from './encodeFrame.ts'

/** Writes one frame. */
export function writeFrame(socket: Writable, header: object, parts: readonly Uint8Array[]): void {
  const pieces = encodeFrame(header, parts)
  socket.cork()
  for (const piece of pieces) socket.write(piece)
  socket.uncork()
}
