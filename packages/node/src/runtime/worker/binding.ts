import * as ort from 'onnxruntime-node'
import { paddedBytes } from '../paddedBytes.ts'
import type { RunCommand, WireTensor } from '../protocol.ts'
import { batchDims, gather, scatter } from '../wireBatch.ts'
import { toBytes, toFeeds } from './ortTensors.ts'

/** Tensors that are used for every run of one shape, so that a run makes none. */
type Room = {
  input: Uint8Array
  feeds: Record<string, ort.Tensor>
  output: Uint8Array
  /** Undefined once the engine has refused to write into them. */
  fetches: Record<string, ort.Tensor> | undefined
}

/** `bytes` unless the outputs have other shapes than those that were bound; both are overwritten by the next run. */
export type BoundOutput = { results: ort.InferenceSession.OnnxValueMapType; bytes: Uint8Array | undefined }

export type Binding = {
  readonly command: RunCommand
  readonly inputBytes: number
  readonly outputBytes: number
  /** Where the inputs of the next run belong. */
  readonly input: Uint8Array
  /** Runs what is in `input`. */
  run(session: ort.InferenceSession): Promise<BoundOutput>
  /** Runs several inputs as one batch; undefined where the model turns out not to be made for that. */
  runBatch(session: ort.InferenceSession, items: readonly Uint8Array[]): Promise<Uint8Array[] | undefined>
}

const total = (tensors: readonly WireTensor[]): number =>
  tensors.reduce((sum, { bytes }) => sum + paddedBytes(bytes), 0)

/** Keeps the shapes of a run and the memory for it; `outputs` are those of a run that went well. */
export function createBinding(command: RunCommand, outputs: readonly WireTensor[]): Binding {
  const rooms = new Map<number, Room>()
  const axes = command.bind?.batchAxes
  let isBatchable = axes !== undefined

  const roomFor = (count: number): Room => {
    const known = rooms.get(count)
    if (known !== undefined) return known
    const inputs = grown(command.tensors, axes, count)
    const results = grown(outputs, axes, count)
    const input = new Uint8Array(total(inputs))
    const output = new Uint8Array(total(results))
    // A bool may hold any byte when the engine writes it in place; the encoding knows 0 and 1.
    const isPlain = results.every(({ dtype }) => dtype !== 'bool')
    const room: Room = {
      input,
      feeds: toFeeds(inputs, input),
      output,
      fetches: isPlain ? toFeeds(results, output) : undefined,
    }
    rooms.set(count, room)
    return room
  }

  const execute = async (session: ort.InferenceSession, room: Room) => {
    if (room.fetches === undefined) return session.run(room.feeds)
    try {
      return await session.run(room.feeds, room.fetches)
    } catch {
      // Outputs whose shape depends on the values do not fit into tensors made before.
      room.fetches = undefined
      return session.run(room.feeds)
    }
  }

  const single = roomFor(1)
  return {
    command,
    inputBytes: single.input.byteLength,
    outputBytes: single.output.byteLength,
    input: single.input,
    async run(session) {
      const results = await execute(session, single)
      return { results, bytes: collect(results, outputs, single.output) ? single.output : undefined }
    },
    async runBatch(session, items) {
      if (!isBatchable || axes === undefined) return undefined
      const count = items.length
      const room = roomFor(count)
      fillBatch(room.input, items, command.tensors, axes)
      isBatchable = await execute(session, room).then(
        (results) => collect(results, grown(outputs, axes, count), room.output),
        () => false,
      )
      return isBatchable ? splitBatch(room.output, outputs, axes, count) : undefined
    },
  }
}

function grown(
  tensors: readonly WireTensor[],
  axes: Readonly<Record<string, number | null>> | undefined,
  count: number,
): WireTensor[] {
  return tensors.map((tensor) => {
    const axis = axes?.[tensor.name]
    if (count === 1 || axis === undefined || axis === null) return { ...tensor, dims: [...tensor.dims] }
    return { ...tensor, dims: batchDims(tensor.dims, axis, count), bytes: tensor.bytes * count }
  })
}

/** Puts results in their order into one piece of memory; false where they are not what was bound. */
function collect(
  results: ort.InferenceSession.OnnxValueMapType,
  expected: readonly WireTensor[],
  output: Uint8Array,
): boolean {
  let at = 0
  for (const { name, dtype, dims, bytes } of expected) {
    const result = results[name]
    if (!(result instanceof ort.Tensor) || result.type !== dtype || !isSame(result.dims, dims)) return false
    const data = toBytes(result)
    if (data.byteLength !== bytes) return false
    if (data.buffer !== output.buffer) output.set(data, at)
    at += paddedBytes(bytes)
  }
  return true
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, at) => dim === b[at])

function fillBatch(
  input: Uint8Array,
  items: readonly Uint8Array[],
  tensors: readonly WireTensor[],
  axes: Readonly<Record<string, number | null>>,
): void {
  const count = items.length
  let from = 0
  let to = 0
  for (const { name, dims, bytes } of tensors) {
    const axis = axes[name]
    const isShared = axis === undefined || axis === null
    const target = input.subarray(to, to + bytes * (isShared ? 1 : count))
    items.forEach((item, index) => {
      const data = item.subarray(from, from + bytes)
      if (!isShared) scatter(target, data, { dims, axis, index, count })
      else if (index === 0) target.set(data)
    })
    from += paddedBytes(bytes)
    to += paddedBytes(target.byteLength)
  }
}

function splitBatch(
  output: Uint8Array,
  tensors: readonly WireTensor[],
  axes: Readonly<Record<string, number | null>>,
  count: number,
): Uint8Array[] {
  const items = Array.from({ length: count }, () => new Uint8Array(total(tensors)))
  let from = 0
  let to = 0
  for (const { name, dims, bytes } of tensors) {
    const axis = axes[name]
    const isShared = axis === undefined || axis === null
    const batch = output.subarray(from, from + bytes * (isShared ? 1 : count))
    items.forEach((item, index) => {
      item.set(isShared ? batch : gather(batch, { dims, axis, index, count }), to)
    })
    from += paddedBytes(batch.byteLength)
    to += paddedBytes(bytes)
  }
  return items
}
