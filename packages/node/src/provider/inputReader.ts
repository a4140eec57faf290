import type { JobParams, TensorSet } from '@dim/sdk'
import { cabinetOf } from '../cabinets/cabinetOf.ts'
import type { Cabinets } from '../cabinets/cabinets.ts'
import type { Identity } from '../identity/identity.ts'
import type { ReadyModel } from '../models/cache.ts'
import { checkInputs } from '../models/checkInputs.ts'
import type { InputStore } from './inputStore.ts'
import { type OpenedInput, openInput } from './openInput.ts'
import type { ServedModels } from './servedModels.ts'

export type InputReaderOptions = {
  identity: Pick<Identity, 'hpke'>
  inputs: Pick<InputStore, 'getBlock'>
  models: Pick<ServedModels, 'acquire'>
  cabinets: Pick<Cabinets, 'admit'>
  maxInputBytes: number
}

/** An input that its model takes, or none where a cabinet gives the rows; whoever has it calls `model.release`. */
export type ReadyInput = { input: OpenedInput; model: ReadyModel; tensors: TensorSet.TensorSet }

export type InputReader = ReturnType<typeof createInputReader>

/** Opens the input of a job and checks that it is what was committed to and what the model takes. */
export function createInputReader(options: InputReaderOptions) {
  const { identity, inputs, models, cabinets, maxInputBytes: maxBytes } = options
  const { getBlock } = inputs
  return async function readInput(params: JobParams.JobParams, signal: AbortSignal): Promise<ReadyInput> {
    const input = await openInput({ params, getBlock, keys: identity.hpke.all, maxBytes })
    const model = await models.acquire(params.modelKey, signal)
    try {
      const { tensors } = input
      const query = cabinetOf(input.jobSpec)
      if (query === undefined) return { input, model, tensors: checkInputs(model.manifest, tensors) }
      await cabinets.admit({ params, query, model, tensors })
      return { input, model, tensors }
    } catch (error) {
      model.release()
      throw error
    }
  }
}
