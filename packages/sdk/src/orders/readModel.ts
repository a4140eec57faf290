import type { Hex } from 'viem'
import { getModelTerms } from '../actions/getModelTerms.ts'
import type { ModelTerms } from '../actions/modelTerms.ts'
import { ContractRevertError } from '../errors/contractRevert.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'

/** Terms of a model, or `undefined` if nobody registered it. */
export const readModel = (
  { client, recall }: OrderDeskContext,
  modelKey: Hex,
): Promise<ModelTerms | undefined> =>
  recall(`model ${modelKey}`, async () => {
    try {
      return await getModelTerms(client, { modelKey })
    } catch (error) {
      if (error instanceof ContractRevertError && error.errorName === 'ModelUnknown') return undefined
      throw error
    }
  })
