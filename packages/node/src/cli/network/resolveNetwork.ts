import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { deployments, getNetwork, parseDeployment } from '@dim/sdk'
import { loadConfig } from '../../config.ts'
import { type DevnetState, readDevnetState } from '../../devnet/devnetState.ts'
import type { Context } from '../context.ts'
import { findDevnet } from './findDevnet.ts'
import type { Network } from './network.ts'
import { NetworkUnknownError } from './networkUnknownError.ts'

/** --network, else DIM_NETWORK, else the configuration's chain, else the devnet that runs here. */
export async function resolveNetwork(context: Context): Promise<Network> {
  const { globals, io } = context
  const named = globals.network ?? io.environment.DIM_NETWORK
  if (named !== undefined && named !== '') return namedNetwork(named, context)
  const configured = await fromConfig(context)
  if (configured !== undefined) return configured
  const found = await findDevnet(io.cwd)
  if (found === undefined) throw new NetworkUnknownError()
  return fromDevnet(found.dir, found.state)
}

async function namedNetwork(name: string, context: Context): Promise<Network> {
  if (/^https?:\/\//.test(name)) return fromNode(name, context)
  if (name === 'devnet') {
    const found = await findDevnet(context.io.cwd)
    if (found === undefined) throw new NetworkUnknownError()
    return fromDevnet(found.dir, found.state)
  }
  const dir = resolve(context.io.cwd, name)
  const state = await readDevnetState(dir)
  if (state === undefined) throw new NetworkUnknownError(name)
  return fromDevnet(dir, state)
}

function fromDevnet(dir: string, state: DevnetState): Network {
  return {
    name: 'devnet',
    rpcUrl: state.rpcUrl,
    deployment: state.deployment,
    endpoints: state.providers.map((provider) => provider.endpoint),
    devnetDir: dir,
  }
}

async function fromNode(endpoint: string, { globals, io }: Context): Promise<Network> {
  const { config } = await loadConfig({ file: globals.config, environment: io.environment })
  const deployment = await getNetwork(endpoint)
  return {
    name: endpoint,
    rpcUrl: config.chain.rpcUrl,
    deployment,
    endpoints: [endpoint],
    devnetDir: undefined,
  }
}

async function fromConfig({ globals, io }: Context): Promise<Network | undefined> {
  const { config, file } = await loadConfig({ file: globals.config, environment: io.environment })
  const { rpcUrl, chainId, deploymentFile } = config.chain
  if (deploymentFile === undefined && (file === undefined || deployments[chainId] === undefined))
    return undefined
  const deployment =
    deploymentFile === undefined
      ? deployments[chainId]
      : parseDeployment(JSON.parse(await readFile(deploymentFile, 'utf8')))
  if (deployment === undefined) return undefined
  return { name: file ?? 'environment', rpcUrl, deployment, endpoints: [], devnetDir: await devnetOf(file) }
}

/** A provider of a devnet keeps its configuration one folder below the devnet's. */
async function devnetOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const dir = dirname(dirname(resolve(file)))
  return (await readDevnetState(dir)) === undefined ? undefined : dir
}
