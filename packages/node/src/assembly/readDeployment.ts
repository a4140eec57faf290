import { readFile } from 'node:fs/promises'
import { type Deployment, deployments, parseDeployment } from '@dim/sdk'
import type { Config } from '../config/config.ts'
import { DeploymentMissingError } from '../errors/deploymentMissing.ts'

async function readJson(file: string, chainId: number): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new DeploymentMissingError(chainId, { file, cause })
  }
}

/** The contracts of the configured network: from its file, else the public ones of its chain. */
export async function readDeployment({ chainId, deploymentFile }: Config['chain']): Promise<Deployment> {
  if (deploymentFile !== undefined) return parseDeployment(await readJson(deploymentFile, chainId))
  const known = deployments[chainId]
  if (known === undefined) throw new DeploymentMissingError(chainId)
  return known
}
