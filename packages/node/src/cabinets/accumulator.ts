import { TensorSet } from '@dim/sdk'
import type { AnswerPolicy } from './cabinetPolicy.ts'
import { CabinetRefusedError } from './errors.ts'
import { suppressSmall } from './suppressSmall.ts'

/** What a model made of one row, as numbers. */
export type RowOutput = { dims: readonly number[]; values: ArrayLike<number> }

export type RowOutputs = Readonly<Record<string, RowOutput>>

/** Gathers one answer: rows of a cell one by one, then `endCell`; nothing of a single row is kept. */
export type Accumulator = {
  add(outputs: RowOutputs): void
  endCell(): void
  /** Tensors of the answer by what follows its name. */
  finish(): Record<string, TensorSet.Tensor>
}

const unfit = (why: string) => new CabinetRefusedError('CABINET_OUTPUT_UNFIT', why)

function outputOf(outputs: RowOutputs, name: string): RowOutput {
  const output = outputs[name]
  if (output === undefined) throw unfit(`the model has no output "${name}"`)
  return output
}

function count(): Accumulator {
  let rows = 0
  return {
    add: () => {
      rows += 1
    },
    endCell: () => undefined,
    finish: () => ({ '': TensorSet.fromNumbers('int64', [rows], []) }),
  }
}

const steps = {
  mean: (all: number, value: number) => all + value,
  sum: (all: number, value: number) => all + value,
  min: Math.min,
  max: Math.max,
} as const

type Elementwise = Extract<AnswerPolicy, { kind: keyof typeof steps }>

function elementwise({ kind, output }: Elementwise): Accumulator {
  const step = steps[kind]
  let dims: readonly number[] | undefined
  let all: Float64Array = new Float64Array(0)
  let rows = 0
  const take = (values: ArrayLike<number>) => {
    for (let at = 0; at < all.length; at++) all[at] = step(all[at] as number, values[at] as number)
  }
  return {
    add(outputs) {
      const row = outputOf(outputs, output)
      if (dims === undefined) {
        dims = row.dims
        all = Float64Array.from(row.values)
      } else if (String(dims) === String(row.dims)) take(row.values)
      else throw unfit(`the output "${output}" has not one shape for all rows`)
      rows += 1
    },
    endCell: () => undefined,
    finish() {
      const values = kind === 'mean' ? all.map((value) => value / rows) : all
      return { '': TensorSet.fromTyped('float64', values as Float64Array, dims ?? []) }
    },
  }
}

/** Counts by class: what a cell adds is cleared of small counts before it joins the others. */
function counting(least: number) {
  const total = new Map<number, number>()
  let cell = new Map<number, number>()
  return {
    total,
    add: (key: number) => {
      cell.set(key, (cell.get(key) ?? 0) + 1)
    },
    endCell() {
      const keys = [...cell.keys()]
      const kept = suppressSmall([...cell.values()], least)
      keys.forEach((key, at) => {
        const rows = kept[at] ?? 0
        if (rows > 0) total.set(key, (total.get(key) ?? 0) + rows)
      })
      cell = new Map()
    },
  }
}

type Histogram = Extract<AnswerPolicy, { kind: 'histogram' }>

/** One bin below the edges, one between each two, one from the last on; what is no number is in none. */
function histogram({ output, element, edges }: Histogram, least: number): Accumulator {
  const counts = counting(least)
  const noBin = edges.length + 1
  return {
    add(outputs) {
      const value = outputOf(outputs, output).values[element]
      if (value === undefined) throw unfit(`the output "${output}" has no element ${element}`)
      const at = edges.findIndex((edge) => value < edge)
      if (Number.isNaN(value)) counts.add(noBin)
      else counts.add(at < 0 ? edges.length : at)
    },
    endCell: counts.endCell,
    finish() {
      const bins = Array.from({ length: edges.length + 1 }, (_, at) => counts.total.get(at) ?? 0)
      return { '': TensorSet.fromNumbers('int64', bins, [bins.length]) }
    },
  }
}

type Labels = Extract<AnswerPolicy, { kind: 'labels' }>

/** How many rows have which class as their highest; the most frequent classes. */
function labels({ output, top }: Labels, least: number): Accumulator {
  const counts = counting(least)
  return {
    add(outputs) {
      const { values } = outputOf(outputs, output)
      if (values.length === 0) throw unfit(`the output "${output}" is empty`)
      let best = 0
      for (let at = 1; at < values.length; at++)
        if ((values[at] as number) > (values[best] as number)) best = at
      counts.add(best)
    },
    endCell: counts.endCell,
    finish() {
      const shown = [...counts.total].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, top)
      const column = (at: 0 | 1) =>
        TensorSet.fromNumbers(
          'int64',
          shown.map((pair) => pair[at]),
          [shown.length],
        )
      return { '.labels': column(0), '.counts': column(1) }
    },
  }
}

/** Begins an answer; `least` is the smallest number of rows that a count may tell of. */
export function createAccumulator(answer: AnswerPolicy, { least }: { least: number }): Accumulator {
  switch (answer.kind) {
    case 'count':
      return count()
    case 'histogram':
      return histogram(answer, least)
    case 'labels':
      return labels(answer, least)
    default:
      return elementwise(answer)
  }
}
