import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { Config, ConfigOrigins, LoadedConfig, Origin } from './config.ts'
import { ConfigInvalidError } from './configError.ts'
import { describeIssues } from './describeIssues.ts'
import { type Environment, type EnvironmentSetting, environmentSettings } from './environment.ts'
import { type Leaf, leaves } from './leaves.ts'
import { configSchema, type Settings } from './schema.ts'

const PATH_KEYS = [
  'node.dataDir',
  'models.cacheDir',
  'chain.deploymentFile',
  'keystore.path',
  'content.dir',
  'sandbox.engineSocket',
]

type Sections = Record<string, Record<string, unknown>>

export type ConfigSources = {
  home: string
  environment: Environment
  file?: { path: string; content: Record<string, unknown> } | undefined
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function merge(content: Record<string, unknown>, settings: readonly EnvironmentSetting[]) {
  const merged = structuredClone(content)
  for (const { leaf, value } of settings) {
    const section = merged[leaf.section]
    merged[leaf.section] = { ...(isSection(section) ? section : {}), [leaf.name]: value }
  }
  return merged
}

const valueAt = (settings: Settings, leaf: Leaf) =>
  (settings as unknown as Sections)[leaf.section]?.[leaf.name]

function originsOf(known: readonly Leaf[], sources: ConfigSources, fromEnv: readonly EnvironmentSetting[]) {
  return Object.fromEntries(
    known.map((leaf): [string, Origin] => {
      const setting = fromEnv.find(({ leaf: { key } }) => key === leaf.key)
      if (setting !== undefined) return [leaf.key, { origin: 'env', source: setting.variable }]
      const section = sources.file?.content[leaf.section]
      const inFile = isSection(section) && section[leaf.name] !== undefined
      return [
        leaf.key,
        inFile && sources.file ? { origin: 'file', source: sources.file.path } : { origin: 'default' },
      ]
    }),
  )
}

/** `~` is the user's folder; a path in a file is relative to that file, any other to the working directory. */
function resolvePaths(settings: Settings, origins: ConfigOrigins) {
  for (const key of PATH_KEYS) {
    const [section = '', name = ''] = key.split('.')
    const values = (settings as unknown as Sections)[section]
    const value = values?.[name]
    if (values === undefined || typeof value !== 'string') continue
    const { origin, source } = origins[key] ?? {}
    const base = origin === 'file' && source !== undefined ? dirname(source) : '.'
    values[name] = resolve(base, value.replace(/^~(?=\/|$)/, homedir()))
  }
}

/** Only the variables that the configuration names can be read. */
function apiKeyReader({ backends }: Settings, environment: Environment): Config['readApiKey'] {
  const named = new Set(backends.map(({ apiKeyEnv }) => apiKeyEnv))
  return (variable) => (named.has(variable) ? environment[variable] || undefined : undefined)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}

/** Joins file and environment (which wins) into a frozen configuration; pure, for tests and for `loadConfig`. */
export function parseConfig(sources: ConfigSources): LoadedConfig {
  const schema = configSchema(sources.home)
  const known = leaves(schema)
  const fromEnvironment = environmentSettings(sources.environment, known)
  const parsed = schema.safeParse(merge(sources.file?.content ?? {}, fromEnvironment))
  if (!parsed.success) {
    const settings = schema.parse({})
    const defaults = Object.fromEntries(known.map((leaf) => [leaf.key, valueAt(settings, leaf)]))
    throw new ConfigInvalidError(describeIssues(parsed.error, { leaves: known, fromEnvironment, defaults }), {
      source: sources.file?.path,
      cause: parsed.error,
    })
  }
  const origins = originsOf(known, sources, fromEnvironment)
  resolvePaths(parsed.data, origins)
  const passwordFile = sources.environment.DIM_PASSWORD_FILE
  const readApiKey = apiKeyReader(parsed.data, sources.environment)
  const config: Config = {
    ...parsed.data,
    home: sources.home,
    passwordFile: passwordFile || undefined,
    readApiKey,
  }
  return { config: freeze(config), origins, file: sources.file?.path }
}
