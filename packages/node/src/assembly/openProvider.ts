import { getModelRegistration, listProviders } from '@dim/sdk'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { createAccountWatch } from '../provider/accountWatch.ts'
import { createModelDiscovery } from '../provider/modelDiscovery.ts'
import { createProvider } from '../provider/provider.ts'
import { createServedModels } from '../provider/servedModels.ts'
import { createForecast } from './forecast.ts'
import type { NodeParts } from './nodeParts.ts'
import { openCabinets } from './openCabinets.ts'
import { createModelProfiler } from './profileModels.ts'

export type OpenProviderOptions = { config: Config; parts: NodeParts; logger: Logger; signal: AbortSignal }

export type ProviderRole = ReturnType<typeof openProvider>

const isKeyed = <T extends { modelKey?: string | undefined }>(
  model: T,
): model is T & { modelKey: `0x${string}` } => model.modelKey !== undefined

/** The provider role with the models it serves. */
export function openProvider({ config, parts, logger, signal }: OpenProviderOptions) {
  const { reader, identity, storage, cache, content, metrics } = parts
  const provider = identity.account.address
  const { serve, serveAll, serveAllAskUsdc } = config.models
  const { job, limits, node } = config

  const endpoints = async () => {
    const listed = await listProviders(reader)
    const others = listed.filter((other) => other.provider !== provider && other.problems.length === 0)
    return others.map(({ endpoint }) => endpoint)
  }
  const modelLogger = logger.child({ part: 'models' })
  const models = createServedModels({
    serve: serve.filter(isKeyed),
    cache,
    endpoints,
    registrantOf: async (modelKey) => (await getModelRegistration(reader, { modelKey }))?.registrant,
    logger: modelLogger,
  })
  const askByName = new Map(
    serve.flatMap(({ name, askUsdc }) => (name === undefined ? [] : [[name, askUsdc] as const])),
  )
  const askForAll = serveAll ? serveAllAskUsdc : undefined
  const discover = createModelDiscovery({
    ...{ reader, content, models, endpoints, askByName, askForAll },
    logger: modelLogger,
  })
  const profileModels = createModelProfiler({
    ...parts,
    models,
    timeoutMs: job.timeoutMs,
    logger: modelLogger,
  })
  const role = createProvider({
    ...parts,
    pool: parts.runner,
    cabinets: openCabinets(config, parts),
    db: storage.db,
    models,
    policy: {
      quoteTtlSeconds: job.quoteTtlSeconds,
      secondsToSubmit: job.secondsToSubmit,
      challengeWindowSeconds: job.challengeWindowSeconds,
      maxInputBytes: limits.maxInputBytes,
      maxPendingQuotes: limits.maxPendingQuotes,
    },
    forecast: createForecast({ ...parts, models }),
    maxBlockBytes: limits.maxBlockBytes,
    maxConcurrentJobs: node.maxConcurrentJobs,
    timeoutMs: job.timeoutMs,
    sandbox: parts.sandbox.describe(),
    expireOverdue: job.expireOverdue,
    metrics,
    logger: logger.child({ part: 'provider' }),
    signal,
  })

  return {
    ...role,
    models,
    findsModels: askForAll !== undefined || askByName.size > 0,
    account: createAccountWatch(reader, provider),
    /** Finds, loads and checks models; resolves when each is warm or has failed once more. */
    async prepareModels(): Promise<void> {
      await discover(signal)
      const dropped = await parts.engineModels.dropUnready(signal)
      for (const { modelKey, reason } of dropped) models.cool(modelKey, reason)
      await models.warmUp(signal)
    },
    /** Measures what is warm and was not measured on this machine yet; loads what is wanted. */
    profileModels: () => profileModels(signal),
  }
}
