import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BaseError, type Deployment, parseDeployment } from '@dim/sdk'
import type {
  ArtifactResolver,
  EIP1193Provider,
  IgnitionModule,
  IgnitionModuleResult,
} from '@nomicfoundation/ignition-core'
import type { Hex } from 'viem'
import { devClient } from './chain.ts'
import { repository } from './repository.ts'

/** Ignition could not deploy. */
export class DeployFailedError extends BaseError {
  override readonly code = 'DEPLOY_FAILED'

  constructor(details: string) {
    super('The contracts could not be deployed on the devnet.', {
      details,
      charged: 'Nothing was charged.',
      hint: `Run \`node_modules/.bin/hardhat build\` and start again. ${details}`,
    })
  }
}

type DevnetModule = IgnitionModule<string, string, IgnitionModuleResult<string>>

const contractNames = [
  'usdc',
  'modelRegistry',
  'providerRegistry',
  'jobEscrow',
  'paymentChannels',
  'receiptAnchor',
  'equivocationModule',
] as const

/** Deploys every contract with Ignition, from Hardhat's artifacts, without loading Hardhat itself. */
export async function deployContracts({
  rpcUrl,
  genesisHash,
}: {
  rpcUrl: string
  genesisHash: Hex
}): Promise<Deployment> {
  const client = devClient(rpcUrl)
  const { deploy } = await import('@nomicfoundation/ignition-core')
  const { default: ignitionModule } = (await import(pathToFileURL(repository.devnetModule).href)) as {
    default: DevnetModule
  }
  const result = await deploy({
    ignitionModule,
    artifactResolver: artifactResolver(),
    provider: client as unknown as EIP1193Provider,
    accounts: await client.getAddresses(),
    deploymentParameters: {},
    config: { requiredConfirmations: 1, blockPollingInterval: 20 },
  })
  if (!('contracts' in result)) throw new DeployFailedError(JSON.stringify(result))
  const addressOf = (name: string) => result.contracts[ignitionModule.results[name]?.id ?? '']?.address
  return parseDeployment({
    ...Object.fromEntries(contractNames.map((name) => [name, addressOf(name)])),
    chainId: await client.getChainId(),
    genesisHash,
    deployedAtBlock: '1',
  })
}

function artifactResolver(): ArtifactResolver {
  let paths: Promise<ReadonlyMap<string, string>> | undefined
  return {
    async loadArtifact(contractName) {
      paths ??= artifactPaths()
      const name = contractName.split(':').at(-1) ?? contractName
      const path = (await paths).get(name)
      if (path === undefined) throw new DeployFailedError(`There is no artifact of ${contractName}.`)
      return JSON.parse(await readFile(path, 'utf8'))
    },
    getBuildInfo: async () => undefined,
  }
}

async function artifactPaths(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for await (const path of glob(join(repository.artifacts, '../**/*.sol/*.json')))
    found.set(basename(path, '.json'), path)
  return found
}
