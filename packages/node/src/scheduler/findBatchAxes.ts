import type { TensorSet } from '@dim/sdk'
import type { BatchAxes } from '../runtime/protocol.ts'

/** A dimension by its name where it is free, by its size where it is fixed. */
export type PortShape = { name: string; dims: readonly (string | number)[] }

/**
 * Which axes might count the items of a batch: in every input the first free one that is 1 in the sample, in every output the
 * one free dimension that is 1, all of the same name where the inputs name it. Scalars are shared. Whether it holds is
 * only seen by running a batch.
 */
export function findBatchAxes(
  ports: { inputs: readonly PortShape[]; outputs: readonly PortShape[] },
  sample: { inputs: TensorSet.TensorSet; outputs: TensorSet.TensorSet },
): BatchAxes | undefined {
  const axes: Record<string, number | null> = {}
  const names = new Set<string>()
  for (const port of ports.inputs) {
    const dims = sample.inputs[port.name]?.dims
    if (dims === undefined) continue
    if (dims.length === 0) {
      axes[port.name] = null
      continue
    }
    const axis = freeAxis(port, dims)
    if (axis === -1) return undefined
    axes[port.name] = axis
    names.add(String(port.dims[axis]))
  }
  if (names.size !== 1) return undefined
  for (const port of ports.outputs) {
    const dims = sample.outputs[port.name]?.dims
    if (dims === undefined) return undefined
    const named = port.dims.findIndex((dim, at) => names.has(String(dim)) && dims[at] === 1)
    const axis = named === -1 ? freeAxis(port, dims) : named
    if (axis === -1) return undefined
    axes[port.name] = axis
  }
  return axes
}

const freeAxis = ({ dims: declared }: PortShape, dims: readonly number[]): number =>
  dims.findIndex((dim, at) => dim === 1 && typeof declared[at] === 'string')
