import { readSync, writeSync } from 'node:fs'
import type { TensorSet } from '@dim/sdk'
import type { Binding } from './channelBindings.ts'
import { type CompactFrame, compactBytes, encodeCompact, inlineBytes, noSlot } from './compactFrame.ts'
import { paddedBytes } from './paddedBytes.ts'
import type { SlotFile } from './slotFile.ts'
import { createSlotRegions } from './slotRegions.ts'

export type BoundRun = { id: number; binding: Binding; mostInBatch: number; inputs: TensorSet.TensorSet }

export type BoundTransfer = {
  /** The frame of a run, its large tensors already in the slot file; undefined when there is no room. */
  send(run: BoundRun): { frame: Uint8Array; slot: number } | undefined
  /** The bytes of the outputs; undefined for a frame that does not hold what was agreed on. */
  receive(frame: CompactFrame, binding: Binding, slot: number): Uint8Array | undefined
  release(slot: number): void
}

/** Carries the tensors of bound runs: small ones inside of the frame, large ones through the slot file. */
export function createBoundTransfer(slots: SlotFile | undefined): BoundTransfer {
  const regions = slots === undefined ? undefined : createSlotRegions(slots.bytes)

  return {
    send({ id, binding, mostInBatch, inputs }) {
      const { inputBytes, outputs, number } = binding
      const isInline = inputBytes <= inlineBytes
      const fits = isInline && outputs.bytes <= inlineBytes
      const slot = fits ? noSlot : regions?.take(Math.max(inputBytes, outputs.bytes))
      if (slot === undefined) return undefined
      const fields = { id, binding: number, slot, first: mostInBatch, second: 0 }
      const frame = encodeCompact(fields, isInline ? inputBytes : 0)
      if (isInline) copyInline(frame, inputs)
      else if (slots === undefined || !writeAll(slots.fd, inputs, slot)) {
        regions?.give(slot)
        return undefined
      }
      return { frame, slot }
    },
    receive({ payload, slot: answered }, { outputs }, slot) {
      if (answered === noSlot) return payload.byteLength === outputs.bytes ? payload.slice() : undefined
      if (slots === undefined || answered !== slot) return undefined
      const bytes = Buffer.allocUnsafeSlow(outputs.bytes)
      return readSync(slots.fd, bytes, 0, bytes.length, slot) === bytes.length ? bytes : undefined
    },
    release(slot) {
      if (slot !== noSlot) regions?.give(slot)
    },
  }
}

/** Padding is zeroed: the frame's memory held something else before. */
function copyInline(frame: Buffer, inputs: TensorSet.TensorSet): void {
  let at = compactBytes
  for (const { data } of Object.values(inputs)) {
    const end = at + paddedBytes(data.byteLength)
    frame.set(data, at)
    frame.fill(0, at + data.byteLength, end)
    at = end
  }
}

/** False when the file system of the slots is full. */
function writeAll(fd: number, inputs: TensorSet.TensorSet, slot: number): boolean {
  let at = slot
  try {
    for (const { data } of Object.values(inputs)) {
      if (writeSync(fd, data, 0, data.byteLength, at) !== data.byteLength) return false
      at += paddedBytes(data.byteLength)
    }
    return true
  } catch {
    return false
  }
}
