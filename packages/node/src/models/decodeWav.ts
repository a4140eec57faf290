import { InputFileInvalidError } from './errors.ts'

export type Sound = { samples: Float32Array; sampleRate: number }

type Format = { encoding: number; channels: number; sampleRate: number; bits: number }

const pcm = 1
const ieeeFloat = 3
const extensible = 0xfffe

/** Reads a WAV file (PCM of 8 to 32 bits, or 32-bit float) as mono samples from −1 to 1. */
export function decodeWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks = readChunks(view)
  const [head, body] = [chunks.get('fmt '), chunks.get('data')]
  if (head === undefined || body === undefined || head.byteLength < 16) {
    throw new InputFileInvalidError('WAV', 'it has no format or no data')
  }
  const format = readFormat(head)
  const read = sampleReader(format)
  const frameBytes = (format.bits / 8) * format.channels
  const samples = new Float32Array(Math.floor(body.byteLength / frameBytes))
  for (let frame = 0; frame < samples.length; frame++) {
    let sum = 0
    for (let channel = 0; channel < format.channels; channel++) {
      sum += read(body, frame * frameBytes + (channel * format.bits) / 8)
    }
    samples[frame] = sum / format.channels
  }
  return { samples, sampleRate: format.sampleRate }
}

function readChunks(view: DataView): Map<string, DataView> {
  const chunks = new Map<string, DataView>()
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4))
    const length = Math.min(view.getUint32(at + 4, true), view.byteLength - at - 8)
    chunks.set(name, new DataView(view.buffer, view.byteOffset + at + 8, length))
    at += 8 + length + (length % 2)
  }
  return chunks
}

function readFormat(head: DataView): Format {
  const tag = head.getUint16(0, true)
  const format = {
    encoding: tag === extensible && head.byteLength >= 26 ? head.getUint16(24, true) : tag,
    channels: head.getUint16(2, true),
    sampleRate: head.getUint32(4, true),
    bits: head.getUint16(14, true),
  }
  if (format.channels < 1 || format.channels > 32 || format.sampleRate < 1) {
    throw new InputFileInvalidError(
      'WAV',
      `${format.channels} channels at ${format.sampleRate} samples a second`,
    )
  }
  return format
}

function sampleReader({ encoding, bits }: Format): (view: DataView, at: number) => number {
  if (encoding === ieeeFloat && bits === 32) return (view, at) => view.getFloat32(at, true)
  if (encoding === pcm && bits === 8) return (view, at) => (view.getUint8(at) - 128) / 128
  if (encoding === pcm && bits === 16) return (view, at) => view.getInt16(at, true) / 2 ** 15
  if (encoding === pcm && bits === 24) {
    return (view, at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 2 ** 23
  }
  if (encoding === pcm && bits === 32) return (view, at) => view.getInt32(at, true) / 2 ** 31
  throw new InputFileInvalidError('WAV', `encoding ${encoding} with ${bits} bits is not supported`)
}
