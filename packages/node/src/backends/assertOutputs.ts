import type { ModelManifest, TensorSet } from '@dim/sdk'
import { OutputTooLargeError } from '../runtime/errors.ts'
import { BackendAnswerInvalidError } from './errors.ts'

/** Checks an engine's outputs against the manifest and answers those that the manifest names, no others. */
export function assertOutputs(
  url: string,
  modelKey: string,
  manifest: Pick<ModelManifest.ModelManifest, 'outputs' | 'maxima'>,
  outputs: TensorSet.TensorSet,
): TensorSet.TensorSet {
  const sizes = new Map<string, number>()
  const kept = manifest.outputs.map((port) => {
    const tensor = outputs[port.name]
    if (tensor === undefined) throw new BackendAnswerInvalidError(url, `the output "${port.name}" is missing`)
    const isRight =
      tensor.dtype === port.dtype &&
      tensor.dims.length === port.dims.length &&
      port.dims.every((dim, index) => {
        const size = tensor.dims[index] ?? 0
        if (typeof dim === 'number') return dim === size
        const expected = sizes.get(dim) ?? size
        sizes.set(dim, expected)
        return expected === size
      })
    if (isRight) return [port.name, tensor] as const
    const [found, wanted] = [tensor, port].map(({ dtype, dims }) => `${dtype}[${dims.join(', ')}]`)
    throw new BackendAnswerInvalidError(url, `the output "${port.name}" is ${found}, not ${wanted}`)
  })
  const bytes = kept.reduce((sum, [, tensor]) => sum + tensor.data.length, 0)
  const { outputBytes } = manifest.maxima
  if (bytes > outputBytes) throw new OutputTooLargeError(modelKey, outputBytes)
  return Object.fromEntries(kept)
}
