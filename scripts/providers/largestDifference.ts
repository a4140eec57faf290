import type { TensorSet } from '@dim/sdk'

/** Between float32 outputs that were published and those that came out; undefined where nothing came out. */
export function largestDifference(
  expected: readonly TensorSet.TensorSet[],
  found: readonly TensorSet.TensorSet[],
): number | undefined {
  const differences = found.flatMap((set, at) =>
    Object.entries(set).map(([name, tensor]) => between(expected[at]?.[name], tensor)),
  )
  return differences.length === 0 ? undefined : Math.max(...differences)
}

function between(a: TensorSet.Tensor | undefined, b: TensorSet.Tensor): number {
  if (a?.dtype !== 'float32' || b.dtype !== 'float32') return 0
  const [left, right] = [floatsOf(a), floatsOf(b)]
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? Number.NaN))), 0)
}

const floatsOf = ({ data }: TensorSet.Tensor): Float32Array => new Float32Array(data.slice().buffer)
