import { TensorMismatchError } from '../errors/tensorMismatch.ts'
import type * as ModelManifest from '../messages/modelManifest.ts'
import type { Tensor, TensorSet } from '../messages/tensors/types.ts'

type Fit = { side: 'input' | 'output'; ports: readonly ModelManifest.Port[]; tensors: TensorSet }

const charged = {
  input: 'Nothing was charged.',
  output: 'The result was not accepted; the provider is paid only when the challenge window ends.',
} as const

/** Checks names, element types and shapes against a manifest; named dimensions must agree in all tensors of one side. */
export function assertTensorsFit({ side, ports, tensors }: Fit): void {
  const fail = (name: string, problem: string) => {
    throw new TensorMismatchError(side, { name, problem, charged: charged[side] })
  }
  const known = new Set(ports.map(({ name }) => name))
  for (const name of Object.keys(tensors)) if (!known.has(name)) fail(name, 'the model has none of this name')
  const sizes = new Map<string, number>()
  for (const port of ports) {
    const tensor = tensors[port.name]
    const problem = tensor === undefined ? problemOfAbsence(port) : problemOf(port, { tensor, sizes })
    if (problem !== undefined) fail(port.name, problem)
  }
}

const problemOfAbsence = (port: ModelManifest.Port): string | undefined =>
  port.default === undefined ? 'it is missing' : undefined

function problemOf(
  { dtype, dims }: ModelManifest.Port,
  { tensor, sizes }: { tensor: Tensor; sizes: Map<string, number> },
): string | undefined {
  if (tensor.dtype !== dtype) return `it is ${tensor.dtype}, ${dtype} is needed`
  const shape = `its shape is [${tensor.dims.join(', ')}], [${dims.join(', ')}] is needed`
  if (tensor.dims.length !== dims.length) return shape
  for (const [axis, dim] of dims.entries()) {
    const size = tensor.dims[axis] ?? 0
    const expected = typeof dim === 'number' ? dim : (sizes.get(dim) ?? size)
    if (size !== expected) return typeof dim === 'number' ? shape : `${shape} with ${dim} = ${expected}`
    if (typeof dim === 'string') sizes.set(dim, size)
  }
  return undefined
}
