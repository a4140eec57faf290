import { join } from 'node:path'
import type { Address } from 'viem'
import { type Config, loadConfig } from '../../config.ts'
import { KeyMissingError } from '../../identity/keyMissing.ts'
import { listWallets } from '../../identity/listWallets.ts'
import { openWallet } from '../../identity/openWallet.ts'
import type { Context } from '../context.ts'
import type { Network } from '../network/network.ts'
import { type ChainClient, openChain } from '../network/openChain.ts'
import { openWriter, type WriteSession } from '../network/openWriter.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { passwordSource } from '../wallet/passwordSource.ts'

const accountName = 'account'

/** Address of the node's EVM account; needs no password. */
export async function nodeAddress({ keystore }: Config): Promise<Address> {
  const found = (await listWallets({ dir: keystore.path })).find(({ name }) => name === accountName)
  if (found === undefined) throw new KeyMissingError(join(keystore.path, `${accountName}.json`))
  return found.address
}

export type NodeSession = WriteSession & {
  config: Config
  network: Network
  chain: ChainClient
  address: Address
}

/** A chain and the node's own account, which stakes and is paid. */
export async function openNodeSession(
  context: Context,
  { dryRun }: { dryRun: boolean },
): Promise<NodeSession> {
  const { globals, io } = context
  const { config } = await loadConfig({ file: globals.config, environment: io.environment })
  const network = await resolveNetwork(context)
  const chain = await openChain(network)
  const password = await nodePassword(context, config, network)()
  const account = await openWallet({ dir: config.keystore.path, name: accountName, password })
  return {
    ...openWriter(chain, { account, dryRun, money: context.money }),
    config,
    network,
    chain,
    address: account.address,
  }
}

/** DIM_PASSWORD_FILE, the devnet's own file for its providers, or a prompt. */
export function nodePassword(context: Context, config: Config, network: Network | undefined) {
  const { devnetDir } = network ?? {}
  const ofDevnet = devnetDir !== undefined && config.keystore.path.startsWith(`${devnetDir}/`)
  return passwordSource(context, {
    file: config.passwordFile ?? (ofDevnet ? join(devnetDir, 'password') : undefined),
  })
}
