import type { Writable } from 'node:stream'

const joinBelowBytes = 65_536

export type FrameWriter = {
  push(pieces: readonly Uint8Array[]): void
  flush(): void
}

/**
 * Collects frames and writes them together, so that many small runs share a system call: at the end of each turn of the
 * event loop, or only when told to.
 */
export function createFrameWriter(stream: Writable, { isManual = false } = {}): FrameWriter {
  let pending: Uint8Array[] = []
  let bytes = 0
  let isScheduled = false

  const flush = () => {
    isScheduled = false
    if (pending.length === 0) return
    const pieces = pending
    const isSmall = bytes <= joinBelowBytes
    pending = []
    bytes = 0
    if (pieces.length === 1) return void stream.write(pieces[0])
    if (isSmall) return void stream.write(Buffer.concat(pieces))
    stream.cork()
    for (const piece of pieces) stream.write(piece)
    stream.uncork()
  }

  return {
    push(pieces) {
      for (const piece of pieces) {
        if (piece.byteLength === 0) continue
        pending.push(piece)
        bytes += piece.byteLength
      }
      if (isScheduled || isManual) return
      isScheduled = true
      setImmediate(flush)
    },
    flush,
  }
}
