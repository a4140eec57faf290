/**
 * A frame of fixed fields for runs whose shapes both sides know already. Six little-endian u32: flag and count of inline
 * bytes, id, binding, offset in the slot file, then two that depend on the direction. The inline bytes follow.
 */
export type CompactFrame = {
  id: number
  binding: number
  /** Where the tensors lie in the slot file; `noSlot` when they are inline. */
  slot: number
  /** To a worker: the largest batch that the run may join. From a worker: microseconds of the run. */
  first: number
  /** From a worker: how many runs shared the batch. */
  second: number
  payload: Uint8Array
}

export const compactFlag = 0x8000_0000
export const compactBytes = 24
export const noSlot = 0xffff_ffff

/** Tensors of a run up to this size travel inside of the frame: a copy is cheaper than two more system calls. */
export const inlineBytes = 8192

/** Writes the fields and leaves room for the inline bytes, which start at `compactBytes`. */
export function encodeCompact(fields: Omit<CompactFrame, 'payload'>, payloadBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(compactBytes + payloadBytes)
  frame.writeUInt32LE((compactFlag | payloadBytes) >>> 0, 0)
  frame.writeUInt32LE(fields.id, 4)
  frame.writeUInt32LE(fields.binding, 8)
  frame.writeUInt32LE(fields.slot, 12)
  frame.writeUInt32LE(fields.first, 16)
  frame.writeUInt32LE(fields.second, 20)
  return frame
}

/** Reads the fields at an offset of a view that holds the whole frame. */
export function decodeCompact(view: DataView, at: number): CompactFrame {
  const payloadBytes = view.getUint32(at, true) & ~compactFlag
  return {
    id: view.getUint32(at + 4, true),
    binding: view.getUint32(at + 8, true),
    slot: view.getUint32(at + 12, true),
    first: view.getUint32(at + 16, true),
    second: view.getUint32(at + 20, true),
    payload: new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at + compactBytes, payloadBytes),
  }
}
