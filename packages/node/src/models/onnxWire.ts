import { ModelTooComplexError, ModelTruncatedError, NotAnOnnxFileError } from './errors.ts'

/** Parts of a model that are scanned, by the field numbers of onnx.proto; everything else is counted as plain bytes. */
const scanned = {
  model: { 7: 'graph', 25: 'function', 20: 'training' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
} as const satisfies Record<string, Record<number, string>>

type Kind = keyof typeof scanned

const rawDataField = 9
/** Fields of the model itself with their wire types. */
const modelFields = new Map(
  [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26].map((field) => [field, [1, 5].includes(field) ? 0 : 2]),
)
export const limits = { depth: 64, nodes: 100_000, structureBytes: 128 * 1024 * 1024 } as const

type Scan = { bytes: Uint8Array; nodes: number; structureBytes: number }
type Range = { at: number; end: number; depth: number }

/**
 * Walks the outer structure of a model file without building anything, so that a hostile file is refused before its
 * decoding costs memory: bounds nesting, nodes, and all bytes that are not raw weights.
 */
export function assertBoundedOnnx(bytes: Uint8Array): void {
  const scan: Scan = { bytes, nodes: 0, structureBytes: bytes.length }
  scanMessage(scan, 'model', { at: 0, end: bytes.length, depth: 0 })
  if (scan.structureBytes > limits.structureBytes) {
    throw new ModelTooComplexError(
      `${scan.structureBytes} bytes besides raw weights`,
      `${limits.structureBytes} bytes`,
    )
  }
}

function scanMessage(scan: Scan, kind: Kind, range: Range): void {
  if (range.depth > limits.depth)
    throw new ModelTooComplexError('graphs nested too deeply', `${limits.depth} levels`)
  let fields = 0
  for (let at = range.at; at < range.end; fields++) {
    const tag = readVarint(scan, at, range.end)
    const field = Math.floor(tag.value / 8)
    assertField(kind, { field, wireType: tag.value % 8 }, fields)
    const { next, length } = skipValue(scan, { wireType: tag.value % 8, at: tag.next, end: range.end })
    if (length !== undefined)
      visit(scan, { kind, field }, { at: next - length, end: next, depth: range.depth + 1 })
    at = next
  }
}

function visit(scan: Scan, { kind, field }: { kind: Kind; field: number }, range: Range): void {
  if (kind === 'tensor' && field === rawDataField) scan.structureBytes -= range.end - range.at
  const inner = (scanned[kind] as Record<number, Kind>)[field]
  if (inner === undefined) return
  if (inner === 'node' && ++scan.nodes > limits.nodes) {
    throw new ModelTooComplexError(`more than ${limits.nodes} nodes`, `${limits.nodes} nodes`)
  }
  scanMessage(scan, inner, range)
}

function assertField(
  kind: Kind,
  { field, wireType }: { field: number; wireType: number },
  fieldsBefore: number,
): void {
  if (field === 0 || (kind === 'model' && modelFields.get(field) !== wireType)) {
    throw new NotAnOnnxFileError(`field ${field} follows ${fieldsBefore} fields of a model`)
  }
}

function skipValue(scan: Scan, { wireType, at, end }: { wireType: number; at: number; end: number }) {
  switch (wireType) {
    case 0:
      return { next: readVarint(scan, at, end).next, length: undefined }
    case 1:
      return { next: within(at + 8, end), length: undefined }
    case 2: {
      const { value: length, next } = readVarint(scan, at, end)
      return { next: within(next + length, end), length }
    }
    case 5:
      return { next: within(at + 4, end), length: undefined }
    default:
      throw new NotAnOnnxFileError(`wire type ${wireType} at byte ${at}`)
  }
}

function within(next: number, end: number): number {
  if (next > end) throw new ModelTruncatedError(next - end)
  return next
}

function readVarint({ bytes }: Scan, start: number, end: number): { value: number; next: number } {
  let value = 0
  for (let at = start; at < start + 10; at++) {
    if (at >= end) throw new ModelTruncatedError(1)
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * (at - start))
    if (byte < 0x80) return { value, next: at + 1 }
  }
  throw new NotAnOnnxFileError(`a number without end at byte ${start}`)
}
