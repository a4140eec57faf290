import type { Settings } from './schema.ts'

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T

/** Frozen to its depth. Paths are absolute; amounts are in units of 1e-6 USDC. */
export type Config = DeepReadonly<Settings> & {
  /** Holds keys and state: `DIM_HOME`, else `~/.dim`. */
  readonly home: string
  /** `DIM_PASSWORD_FILE`; undefined where the user is to be asked. */
  readonly passwordFile: string | undefined
  /** The value of a variable that an `apiKeyEnv` names; a function, so that no log and no `config show` prints it. */
  readonly readApiKey: (variable: string) => string | undefined
}

export type Origin = { origin: 'default' | 'file' | 'env'; source?: string }

/** By dotted key, `chain.rpcUrl`. */
export type ConfigOrigins = Readonly<Record<string, Origin>>

export type LoadedConfig = { config: Config; origins: ConfigOrigins; file: string | undefined }
