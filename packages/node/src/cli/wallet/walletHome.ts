import { join } from 'node:path'
import { loadConfig } from '../../config.ts'
import type { Context } from '../context.ts'
import { NetworkUnknownError } from '../network/networkUnknownError.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'

export type WalletHome = {
  home: string
  /** Folder of the key files. */
  keystore: string
  name: string
  passwordFile: string | undefined
}

/** DIM_HOME; without it the devnet in use keeps its own wallet; else ~/.dim. */
export async function walletHome(context: Context): Promise<WalletHome> {
  const { globals, io } = context
  const { config } = await loadConfig({ file: globals.config, environment: io.environment })
  const name = globals.wallet ?? 'default'
  const devnetDir = io.environment.DIM_HOME ? undefined : await currentDevnet(context)
  if (devnetDir === undefined) {
    return {
      home: config.home,
      keystore: join(config.home, 'keystore'),
      name,
      passwordFile: config.passwordFile,
    }
  }
  const home = join(devnetDir, 'home')
  return {
    home,
    keystore: join(home, 'keystore'),
    name,
    passwordFile: config.passwordFile ?? join(devnetDir, 'password'),
  }
}

async function currentDevnet(context: Context): Promise<string | undefined> {
  try {
    return (await resolveNetwork(context)).devnetDir
  } catch (error) {
    if (error instanceof NetworkUnknownError && context.globals.network === undefined) return undefined
    throw error
  }
}
