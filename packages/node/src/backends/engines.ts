import type { ModelManifest } from '@dim/sdk'
import type { Backend, BackendHealth } from './backend.ts'
import type { BackendLimits } from './backendLimits.ts'
import { oipBackend } from './oip/oipBackend.ts'
import { openAiBackend } from './openai/openAiBackend.ts'
import { unready } from './unready.ts'

/** An entry of `backends` in the configuration. */
export type EngineConfig = {
  readonly modelKey?: string | undefined
  readonly name?: string | undefined
  readonly publisher?: string | undefined
  readonly kind: 'openai' | 'oip'
  readonly url: string
  readonly model: string
  readonly apiKeyEnv?: string | undefined
  readonly limits?: Partial<BackendLimits> | undefined
}

/** A server with the one model that it runs for this node. */
export type Engine = { readonly config: EngineConfig; readonly backend: Backend }

export type EngineHealth = {
  /** The model's key or name. */
  label: string
  kind: EngineConfig['kind']
  url: string
  model: string
  health: BackendHealth
}

export type Engines = {
  /** The engine that the operator chose for a model. */
  find(
    modelKey: string,
    manifest: Pick<ModelManifest.ModelManifest, 'name' | 'publisher'>,
  ): Engine | undefined
  health(signal?: AbortSignal): Promise<readonly EngineHealth[]>
  close(): Promise<void>
}

const make = { openai: openAiBackend, oip: oipBackend } as const

/** All engines of a configuration; nothing is connected before it is used. */
export function createEngines(
  configs: readonly EngineConfig[],
  readKey: (variable: string) => string | undefined,
): Engines {
  const engines = configs.map((config): Engine => {
    const { kind, url, apiKeyEnv, limits } = config
    const apiKey = apiKeyEnv === undefined ? undefined : readKey(apiKeyEnv)
    return { config, backend: make[kind]({ url, apiKey, limits }) }
  })

  const probe = async ({ config, backend }: Engine, signal?: AbortSignal): Promise<EngineHealth> => {
    const { kind, url, model, apiKeyEnv, modelKey, name } = config
    const label = name ?? modelKey ?? model
    const isKeyless = apiKeyEnv !== undefined && readKey(apiKeyEnv) === undefined
    const health = isKeyless
      ? unready(`the environment variable ${apiKeyEnv} is not set`)
      : await backend.health({ model, ...(signal === undefined ? {} : { signal }) })
    return { label, kind, url, model, health }
  }

  return {
    find: (modelKey, manifest) =>
      engines.find(({ config }) => config.modelKey === modelKey) ??
      engines.find(({ config: { name, publisher } }) => {
        const isTheirs =
          publisher === undefined || publisher.toLowerCase() === manifest.publisher.toLowerCase()
        return name === manifest.name && isTheirs
      }),
    health: (signal) => Promise.all(engines.map((engine) => probe(engine, signal))),
    async close() {
      await Promise.all(engines.map(({ backend }) => backend.close()))
    },
  }
}
