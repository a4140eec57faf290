import type { Hex } from 'viem'
import type { Reader } from '../client.ts'
import { getLatestModel } from './getLatestModel.ts'
import { getModelAccessRoot } from './getModelAccessRoot.ts'
import { getModelFamily } from './getModelFamily.ts'
import { getModelTerms } from './getModelTerms.ts'
import type { RegisteredModel } from './modelTerms.ts'

export type GetModelParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetModelReturnType = RegisteredModel & {
  /** Key of the newest version of its family: equal to `modelKey` when it is up to date. */
  latest: Hex
}

/**
 * Reads all that the registry knows about one version of a model: terms, access root, family and its newest version.
 *
 * @throws `CONTRACT_MODEL_UNKNOWN` for a key that nobody registered.
 * @example
 * const model = await getModel(reader, { modelKey })
 * if (model.latest !== modelKey) console.log(`version ${model.latest} is newer`)
 */
export async function getModel(
  client: Reader,
  { modelKey }: GetModelParameters,
): Promise<GetModelReturnType> {
  const [terms, accessRoot, family] = await Promise.all([
    getModelTerms(client, { modelKey }),
    getModelAccessRoot(client, { modelKey }),
    getModelFamily(client, { modelKey }),
  ])
  const latest = await getLatestModel(client, { family })
  return { ...terms, modelKey, accessRoot, family, latest }
}
