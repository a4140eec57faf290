import { type ModelManifest, TensorSet } from '@dim/sdk'
import { decodePicture } from '../models/decodePicture.ts'
import type { ModelPolicy } from './cabinetPolicy.ts'
import { CabinetRefusedError } from './errors.ts'
import type { Cell, Column } from './table.ts'

export type RowInputsOptions = {
  manifest: ModelManifest.ModelManifest
  policy: ModelPolicy
  columns: readonly Column[]
  /** Bytes of a picture of the cabinet. */
  readPicture: (path: string) => Promise<Uint8Array>
}

type Row = readonly Cell[]
type Port = ModelManifest.Port

const unfit = (why: string) => new CabinetRefusedError('CABINET_OUTPUT_UNFIT', why)

/** Tensors for some rows at once. With one row the shape is the model's own; with several the first dimension counts them. */
export function createRowInputs({ manifest, policy, columns, readPicture }: RowInputsOptions) {
  const isBatch = policy.rowsPerRun > 1
  const placeOf = (name: string) => columns.findIndex((column) => column.name === name)

  async function inputOf(port: Port, rows: readonly Row[]): Promise<TensorSet.Tensor | undefined> {
    const source = policy.inputs[port.name]
    if (source === undefined) return undefined
    if ('picture' in source) return pictures(port, rows)
    const perRow = rows.map((row) =>
      'value' in source
        ? [source.value]
        : source.columns.flatMap((name) => elementsOf(row[placeOf(name)] ?? null)),
    )
    const dims = dimsOf(port, {
      rows: isBatch ? rows.length : undefined,
      perRow: perRow[0]?.length ?? 0,
      isConstant: 'value' in source,
    })
    const values = 'value' in source ? fill(dims, source.value) : perRow.flat()
    return toTensor(port, values, dims)
  }

  async function pictures(port: Port, rows: readonly Row[]): Promise<TensorSet.Tensor> {
    const spec = manifest.preprocessing.find((step) => step.kind === 'image' && step.input === port.name)
    if (spec?.kind !== 'image') throw unfit(`the model takes no picture as "${port.name}"`)
    const at = columns.findIndex(({ type }) => type === 'picture')
    const tensors: TensorSet.Tensor[] = []
    for (const row of rows) tensors.push(await decodePicture(await readPicture(String(row[at])), spec))
    const [first] = tensors
    if (first === undefined || tensors.length === 1) return first ?? toTensor(port, [], [0])
    if (tensors.some(({ dims }) => String(dims) !== String(first.dims)))
      throw unfit('the pictures differ in size')
    const data = new Uint8Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0))
    tensors.forEach((tensor, index) => {
      data.set(tensor.data, index * first.data.length)
    })
    return { dtype: first.dtype, dims: [tensors.length, ...first.dims.slice(1)], data }
  }

  return async function rowInputs(rows: readonly Row[]): Promise<TensorSet.TensorSet> {
    const tensors: Record<string, TensorSet.Tensor> = {}
    for (const port of manifest.inputs) {
      const tensor = await inputOf(port, rows)
      if (tensor !== undefined) tensors[port.name] = tensor
    }
    return tensors
  }
}

type Element = number | string

const elementsOf = (cell: Cell): readonly Element[] => {
  if (Array.isArray(cell)) return cell as readonly number[]
  return typeof cell === 'boolean' ? [Number(cell)] : [cell as Element]
}

const product = (dims: readonly number[]) => dims.reduce((all, dim) => all * dim, 1)

const fill = (dims: readonly number[], value: number): number[] =>
  new Array<number>(product(dims)).fill(value)

/** `rows` where the first dimension counts them. */
type Shape = { rows: number | undefined; perRow: number; isConstant: boolean }

/** Named dimensions are 1, but the last one takes what a row has; of several rows, the first dimension counts them. */
function dimsOf({ name, dims }: Port, { rows, perRow, isConstant }: Shape): number[] {
  const [first, ...rest] = dims
  const isBatch = rows !== undefined && !isConstant
  if (isBatch && first === undefined) throw unfit(`"${name}" has no dimension that counts rows`)
  const open = isBatch ? rest : dims
  const known = product(open.filter((dim) => typeof dim === 'number'))
  const lastNamed = open.findLastIndex((dim) => typeof dim === 'string')
  const shape = open.map((dim, at) => {
    if (typeof dim === 'number') return dim
    return at === lastNamed && !isConstant ? perRow / known : 1
  })
  if (!isConstant && product(shape) !== perRow) {
    throw unfit(`"${name}" takes [${dims.join(', ')}], the columns give ${perRow} elements`)
  }
  if (shape.some((dim) => !Number.isInteger(dim)))
    throw unfit(`"${name}" cannot be filled by ${perRow} elements`)
  return rows !== undefined && isBatch ? [rows, ...shape] : shape
}

function toTensor(
  { name, dtype }: Port,
  values: readonly Element[],
  dims: readonly number[],
): TensorSet.Tensor {
  if (dtype === 'string') return TensorSet.fromTyped('string', values.map(String), dims)
  if (values.some((value) => typeof value !== 'number'))
    throw unfit(`"${name}" takes numbers, a column holds text`)
  return TensorSet.fromNumbers(dtype, values as readonly number[], dims)
}
