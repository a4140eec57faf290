import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { LoadedConfig } from './config/config.ts'
import type { Environment } from './config/environment.ts'
import { parseConfig } from './config/parseConfig.ts'
import { readConfigFile } from './config/readConfigFile.ts'

export type { Config, LoadedConfig } from './config/config.ts'

/** The environment as it is; only this file reads it. */
export const readEnvironment = (): Environment => process.env

export type LoadConfigOptions = {
  /** `--config`; else `DIM_CONFIG`; else `config.yaml` in the home folder when it is there. */
  file?: string | undefined
  environment?: Environment | undefined
}

async function findFile(home: string, given: string | undefined): Promise<string | undefined> {
  if (given) return resolve(given)
  const usual = join(home, 'config.yaml')
  return access(usual).then(
    () => usual,
    () => undefined,
  )
}

/** Reads file and environment; throws `CONFIG_INVALID`. */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const environment = options.environment ?? readEnvironment()
  const home = resolve(environment.DIM_HOME || join(homedir(), '.dim'))
  const path = await findFile(home, options.file ?? environment.DIM_CONFIG)
  const file = path === undefined ? undefined : { path, content: await readConfigFile(path) }
  return parseConfig({ home, environment, file })
}
