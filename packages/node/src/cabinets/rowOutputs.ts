import { TensorSet } from '@dim/sdk'
import type { RowOutput, RowOutputs } from './accumulator.ts'
import { CabinetRefusedError } from './errors.ts'

export type RowOutputsOptions = { rows: number; isBatch: boolean; names: ReadonlySet<string> }

/** Divides what a model made of some rows among them. */
export function rowOutputs(outputs: TensorSet.TensorSet, options: RowOutputsOptions): RowOutputs[] {
  const { rows, isBatch, names } = options
  const found: Record<string, RowOutput>[] = Array.from({ length: rows }, () => ({}))
  for (const [name, tensor] of Object.entries(outputs)) {
    if (!names.has(name)) continue
    const values = Array.from(TensorSet.toNumbers(tensor))
    if (isBatch && tensor.dims[0] !== rows) {
      const why = `the output "${name}" has [${tensor.dims.join(', ')}] for ${rows} rows at once`
      throw new CabinetRefusedError('CABINET_OUTPUT_UNFIT', why)
    }
    const dims = isBatch ? tensor.dims.slice(1) : tensor.dims
    const perRow = values.length / rows
    found.forEach((row, at) => {
      row[name] = { dims, values: values.slice(at * perRow, (at + 1) * perRow) }
    })
  }
  return found
}
