import type { ModelManifest } from '@dim/sdk'
import type { BackendInterface, BackendPort } from './backend.ts'
import { BackendInterfaceMismatchError } from './errors.ts'

type Port = ModelManifest.Port
type Dim = number | string

const describe = ({ dtype, dims }: Port | BackendPort) => `${dtype}[${dims.join(', ')}]`

const isOpen = (dim: Dim | undefined): boolean => typeof dim !== 'number'

const fits = (port: Port, other: BackendPort, isScalarFine: boolean): boolean => {
  if (port.dtype !== other.dtype) return false
  if (isScalarFine && port.dims.length === 0) return other.dims.every((dim) => dim === 1)
  return (
    port.dims.length === other.dims.length &&
    port.dims.every((dim, index) => isOpen(dim) || isOpen(other.dims[index]) || dim === other.dims[index])
  )
}

/** Checks that an engine's model takes and gives what the manifest says; a model that describes nothing passes. */
export function assertInterface(
  model: string,
  manifest: Pick<ModelManifest.ModelManifest, 'inputs' | 'outputs'>,
  described: BackendInterface,
  { isScalarFine = false }: { isScalarFine?: boolean } = {},
): void {
  const sides = [
    ['input', manifest.inputs, described.inputs],
    ['output', manifest.outputs, described.outputs],
  ] as const
  for (const [side, ports, others] of sides) {
    if (others.length === 0) continue
    for (const port of ports) {
      const other = others.find(({ name }) => name === port.name)
      if (other === undefined) {
        const known = others.map(({ name }) => name).join(', ')
        throw new BackendInterfaceMismatchError(model, `it has no ${side} "${port.name}", only ${known}`)
      }
      if (fits(port, other, isScalarFine)) continue
      const why = `its ${side} "${port.name}" is ${describe(other)}, in the manifest ${describe(port)}`
      throw new BackendInterfaceMismatchError(model, why)
    }
  }
}
