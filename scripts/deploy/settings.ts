import { join } from 'node:path'
import { BaseError } from '@dim/sdk'
import { loadConfig } from '../../packages/node/src/config.ts'
import { type NetworkName, networks } from './networks.ts'

/** There is no address of a node of the network. */
export class DeploymentRpcMissingError extends BaseError {
  override readonly code = 'DEPLOYMENT_RPC_MISSING'

  constructor(network: NetworkName) {
    const { title, rpcVariable } = networks[network]
    super(`Deploying on ${title} needs the address of one of its nodes, and ${rpcVariable} is not set.`, {
      charged: 'Nothing was sent or charged.',
      hint: `Set ${rpcVariable} to an https address, or add --dry-run, which needs none.`,
    })
  }
}

/** `explorerKey` is Etherscan's, for the verification of sources. */
export type Settings = {
  rpcUrl: string | undefined
  keystore: string
  passwordFile: string | undefined
  explorerKey: string | undefined
}

/** Everything that a deployment takes from the environment: `AMOY_RPC_URL`, `POLYGON_RPC_URL`, `ETHERSCAN_API_KEY`, `DIM_HOME`, `DIM_PASSWORD_FILE`. */
export async function readSettings(
  network: NetworkName,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Settings> {
  const { config } = await loadConfig({ environment })
  return {
    rpcUrl: environment[networks[network].rpcVariable] || undefined,
    keystore: join(config.home, 'keystore'),
    passwordFile: config.passwordFile,
    explorerKey: environment.ETHERSCAN_API_KEY || undefined,
  }
}
