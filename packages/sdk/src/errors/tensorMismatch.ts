import { BaseError } from './baseError.ts'

/** Tensors do not fit the manifest of a model. */
export class TensorMismatchError extends BaseError {
  override readonly code: 'INPUT_MISMATCH' | 'OUTPUT_MISMATCH'
  readonly tensor: string

  constructor(
    side: 'input' | 'output',
    { name, problem, charged }: { name: string; problem: string; charged: string },
  ) {
    super(`The ${side} "${name}" does not fit the model: ${problem}.`, {
      charged: charged,
      hint:
        side === 'input'
          ? 'Correct the tensor; the manifest lists names, types and shapes.'
          : 'The result was not accepted; keep the job id and the receipt as evidence.',
    })
    this.code = side === 'input' ? 'INPUT_MISMATCH' : 'OUTPUT_MISMATCH'
    this.tensor = name
  }
}
