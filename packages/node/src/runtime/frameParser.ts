import { type CompactFrame, compactBytes, compactFlag, decodeCompact, inlineBytes } from './compactFrame.ts'

/** Two little-endian u32 lengths (header, payload), then a JSON header, then raw bytes. */
export type Frame = { header: object; payload: Uint8Array }

export const framePrefixBytes = 8
export const maxHeaderBytes = 256 * 1024

export type FrameParserOptions = {
  /** Read at each frame, because every job has its own limit. */
  maxPayloadBytes(): number
  onFrame(frame: Frame): void
  /** Takes compact frames; without it they break the protocol. */
  onCompact?: (frame: CompactFrame) => void
}

export type FrameParser = {
  /** Consumes bytes as they arrive. Answers a fault at the first broken rule, and is unusable from then on. */
  push(chunk: Uint8Array): FrameFault | undefined
}

export type FrameFault = { reason: string; isOversize: boolean }

/** Cuts a byte stream into frames; refuses a length above its bound before it reserves memory for it. */
export function createFrameParser(options: FrameParserOptions): FrameParser {
  const { maxPayloadBytes, onFrame, onCompact } = options
  const prefix = new Uint8Array(framePrefixBytes)
  const prefixView = new DataView(prefix.buffer)
  let prefixFilled = 0
  let body: Uint8Array | undefined
  let bodyFilled = 0
  let headerBytes = 0
  let isCompact = false
  let fault: FrameFault | undefined

  /** A compact frame keeps its prefix: the fields are read from one piece. */
  const openCompact = (word: number): FrameFault | undefined => {
    const payloadBytes = word & ~compactFlag
    if (payloadBytes > inlineBytes) return { reason: `${payloadBytes} bytes inline`, isOversize: false }
    body = new Uint8Array(compactBytes + payloadBytes)
    body.set(prefix)
    bodyFilled = framePrefixBytes
    return undefined
  }

  const openBody = (): FrameFault | undefined => {
    headerBytes = prefixView.getUint32(0, true)
    isCompact = headerBytes >= compactFlag && onCompact !== undefined
    if (isCompact) return openCompact(headerBytes)
    const payloadBytes = prefixView.getUint32(4, true)
    const broken = checkLengths(headerBytes, payloadBytes, maxPayloadBytes())
    if (broken !== undefined) return broken
    // The payload starts at a multiple of eight, so that tensors can be viewed in place.
    const lead = (8 - (headerBytes % 8)) % 8
    body = new Uint8Array(lead + headerBytes + payloadBytes).subarray(lead)
    bodyFilled = 0
    return undefined
  }

  const fillPrefix = (chunk: Uint8Array): number => {
    const take = Math.min(framePrefixBytes - prefixFilled, chunk.length)
    prefix.set(chunk.subarray(0, take), prefixFilled)
    prefixFilled += take
    if (prefixFilled === framePrefixBytes) fault = openBody()
    return take
  }

  const fillBody = (target: Uint8Array, chunk: Uint8Array): number => {
    const take = Math.min(target.length - bodyFilled, chunk.length)
    target.set(chunk.subarray(0, take), bodyFilled)
    bodyFilled += take
    if (bodyFilled === target.length) finishBody(target)
    return take
  }

  const finishBody = (complete: Uint8Array) => {
    body = undefined
    prefixFilled = 0
    if (isCompact) return onCompact?.(decodeCompact(new DataView(complete.buffer), 0))
    const header = parseHeader(complete.subarray(0, headerBytes))
    if (header === undefined) fault = { reason: 'a header that is not a JSON object', isOversize: false }
    else onFrame({ header, payload: complete.subarray(headerBytes) })
  }

  /** Compact frames that lie whole in a chunk are read in place; answers where the first other one starts. */
  const takeCompact = (chunk: Uint8Array, from: number): number => {
    if (onCompact === undefined) return from
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let at = from
    while (chunk.length - at >= compactBytes) {
      const word = view.getUint32(at, true)
      const end = at + compactBytes + (word & ~compactFlag)
      if (word < compactFlag || end > chunk.length || end - at > compactBytes + inlineBytes) break
      onCompact(decodeCompact(view, at))
      at = end
    }
    return at
  }

  return {
    push(chunk) {
      let at = 0
      while (at < chunk.length && fault === undefined) {
        if (prefixFilled === 0) at = takeCompact(chunk, at)
        if (at === chunk.length) break
        const rest = chunk.subarray(at)
        at += body === undefined ? fillPrefix(rest) : fillBody(body, rest)
      }
      return fault
    },
  }
}

function checkLengths(
  headerBytes: number,
  payloadBytes: number,
  maxPayloadBytes: number,
): FrameFault | undefined {
  if (headerBytes < 2 || headerBytes > maxHeaderBytes) {
    return {
      reason: `a header of ${headerBytes} bytes, allowed are 2 to ${maxHeaderBytes}`,
      isOversize: false,
    }
  }
  if (payloadBytes > maxPayloadBytes) {
    return { reason: `a payload of ${payloadBytes} bytes, allowed are ${maxPayloadBytes}`, isOversize: true }
  }
  return undefined
}

function parseHeader(bytes: Uint8Array): object | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof header === 'object' && header !== null ? header : undefined
  } catch {
    return undefined
  }
}
