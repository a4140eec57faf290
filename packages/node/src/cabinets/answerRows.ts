import { type CabinetQuery, type ModelManifest, TensorSet } from '@dim/sdk'
import type { EngineRun } from '../backends/engineRunner.ts'
import { checkInputs } from '../models/checkInputs.ts'
import { createAccumulator } from './accumulator.ts'
import type { ModelPolicy } from './cabinetPolicy.ts'
import { CabinetRefusedError } from './errors.ts'
import { createRowInputs } from './rowInputs.ts'
import { rowOutputs } from './rowOutputs.ts'
import type { RowCell } from './selectCells.ts'
import type { Column } from './table.ts'

/** An answer is about many rows and small; what is larger is a model's output that nobody wanted summed up. */
const MOST_BYTES = 2 ** 19

export type AnswerRowsOptions = {
  manifest: ModelManifest.ModelManifest
  policy: ModelPolicy
  least: number
  columns: readonly Column[]
  cells: readonly RowCell[]
  answers: CabinetQuery.CabinetQuery['answers']
  readPicture: (path: string) => Promise<Uint8Array>
  /** Runs the model once, in its sandbox. */
  infer: (inputs: TensorSet.TensorSet) => Promise<EngineRun>
}

function gather({ policy, least, answers }: AnswerRowsOptions) {
  const gathered = answers.flatMap((name) => {
    const answer = policy.answers[name]
    return answer === undefined ? [] : [{ name, answer, accumulator: createAccumulator(answer, { least }) }]
  })
  const names = new Set(gathered.flatMap(({ answer }) => ('output' in answer ? [answer.output] : [])))
  return { gathered, names }
}

const addTimings = (all: EngineRun['timingsMs'], more: EngineRun['timingsMs']): EngineRun['timingsMs'] => ({
  queue: all.queue + more.queue,
  load: all.load + more.load,
  run: all.run + more.run,
  transfer: all.transfer + more.transfer,
})

/** Runs a model over all rows of some cells; what comes back are the answers, and nothing of a row. */
export async function answerRows(options: AnswerRowsOptions): Promise<EngineRun> {
  const { manifest, policy, cells, infer } = options
  const { rowsPerRun } = policy
  const rowInputs = createRowInputs(options)
  const { gathered, names } = gather(options)
  let last: EngineRun | undefined
  for (const { rows } of cells) {
    for (let at = 0; at < rows.length; at += rowsPerRun) {
      const chunk = rows.slice(at, at + rowsPerRun)
      const run = await infer(checkInputs(manifest, await rowInputs(chunk)))
      last = last === undefined ? run : { ...run, timingsMs: addTimings(last.timingsMs, run.timingsMs) }
      const split = { rows: chunk.length, isBatch: rowsPerRun > 1, names }
      for (const outputs of rowOutputs(run.outputs, split)) {
        for (const { accumulator } of gathered) accumulator.add(outputs)
      }
    }
    for (const { accumulator } of gathered) accumulator.endCell()
  }
  if (last === undefined) throw new CabinetRefusedError('CABINET_GROUP_TOO_SMALL', 'no rows were chosen')
  const tensors = gathered.flatMap(({ name, accumulator }) =>
    Object.entries(accumulator.finish()).map(([part, tensor]) => [`${name}${part}`, tensor] as const),
  )
  return { ...last, outputs: assertSmall(Object.fromEntries(tensors)) }
}

function assertSmall(outputs: TensorSet.TensorSet): TensorSet.TensorSet {
  const bytes = TensorSet.encode(outputs).length
  if (bytes <= MOST_BYTES) return outputs
  const why = `the answers have ${bytes} bytes, at most ${MOST_BYTES} leave a cabinet`
  throw new CabinetRefusedError('CABINET_OUTPUT_UNFIT', why)
}
