import { TensorMismatchError } from '../errors/tensorMismatch.ts'
import type { CabinetQuery } from '../messages/cabinetQuery.ts'
import type { TensorSet } from '../messages/tensors/types.ts'

const charged = 'The result was not accepted; the provider is paid only when the challenge window ends.'

/** An answer is a tensor of its name, or two: `<name>.labels` and `<name>.counts`. */
const partsOf = (name: string) => [[name], [`${name}.labels`, `${name}.counts`]]

/** Checks that the tensors are the answers that were asked of a cabinet, each of them and no other. */
export function assertAnswersFit({ answers }: Pick<CabinetQuery, 'answers'>, tensors: TensorSet): void {
  const fail = (name: string, problem: string) => {
    throw new TensorMismatchError('output', { name, problem, charged })
  }
  const left = new Set(Object.keys(tensors))
  for (const name of answers) {
    const parts = partsOf(name).find((all) => all.every((part) => tensors[part] !== undefined))
    if (parts === undefined) fail(name, 'the answer is missing')
    for (const part of parts ?? []) left.delete(part)
  }
  for (const name of left) fail(name, 'it was not asked for')
}
