import { listModels, ModelManifest, type Reader, refToCid } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import { endpointsToProviders } from '../content/endpointsToProviders.ts'
import type { ServedModels } from './servedModels.ts'

const FETCH_TIMEOUT_MS = 30_000

export type ModelDiscoveryOptions = {
  reader: Reader
  content: ContentStore
  models: ServedModels
  /** Ask by the name in a manifest, for models that the operator named instead of giving their keys. */
  askByName: ReadonlyMap<string, bigint>
  /** Ask for every other active model; undefined where only chosen ones are served. */
  askForAll: bigint | undefined
  endpoints: () => Promise<readonly string[]>
  logger: Logger
}

/** Finds registered models that the operator wants served without having given their keys. */
export function createModelDiscovery(options: ModelDiscoveryOptions) {
  const { reader, content, models, askByName, askForAll, endpoints, logger } = options
  const names = new Map<Hex, string>()

  const readName = async (modelKey: Hex, signal: AbortSignal): Promise<string | undefined> => {
    const known = names.get(modelKey)
    if (known !== undefined) return known
    const cid = CID.parse(refToCid(modelKey))
    try {
      const either = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)])
      const providers = endpointsToProviders(await endpoints())
      await content.fetch(cid, { providers, signal: either, maxBytes: BigInt(ModelManifest.maxBytes) })
      const { name } = ModelManifest.decode(await content.getBlock(cid), modelKey)
      names.set(modelKey, name)
      return name
    } catch (error) {
      logger.debug({ modelKey, err: error }, 'manifest is not to be had yet')
      return undefined
    }
  }

  return async function discover(signal: AbortSignal): Promise<void> {
    if (askByName.size === 0 && askForAll === undefined) return
    for (const { modelKey, status } of await listModels(reader)) {
      if (status !== 'active' || models.get(modelKey) !== undefined) continue
      const name = await readName(modelKey, signal)
      if (name === undefined) continue
      const askUsdc = askByName.get(name) ?? askForAll
      if (askUsdc !== undefined) models.add({ modelKey, askUsdc })
    }
  }
}
