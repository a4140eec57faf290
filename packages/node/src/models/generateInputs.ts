import { type ModelManifest, TensorSet } from '@dim/sdk'

const golden = 0.618_033_988_749_895

/** Two input sets for a model of which nothing but its interface is known; the same ones each time. */
export function generateInputs(ports: readonly ModelManifest.Port[]): TensorSet.TensorSet[] {
  return [1, 2].map((round) =>
    Object.fromEntries(
      ports.filter((port) => port.default === undefined).map((port) => [port.name, generate(port, round)]),
    ),
  )
}

/** Named dimensions get their default size, or 1. Integers stay 0 or 1, so that they index any table. */
function generate({ dtype, dims, defaultDims = {} }: ModelManifest.Port, round: number): TensorSet.Tensor {
  const shape = dims.map((dim) => (typeof dim === 'number' ? dim : (defaultDims[dim] ?? 1)))
  const count = shape.reduce((product, dim) => product * dim, 1)
  if (dtype === 'string')
    return TensorSet.fromTyped('string', new Array<string>(count).fill(`text ${round}`), shape)
  const isFloat = dtype.startsWith('float') || dtype === 'bfloat16'
  const values = Array.from({ length: count }, (_, index) => {
    const fraction = ((index + round) * golden) % 1
    return isFloat ? fraction : Math.round(fraction)
  })
  return TensorSet.fromNumbers(dtype, values, shape)
}
