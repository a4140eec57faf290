import { BaseError } from '@dim/sdk'
import { HardhatArtifactResolver } from '@nomicfoundation/hardhat-ignition/helpers'
import {
  type DeployConfig,
  type DeploymentResult,
  deploy,
  type EIP1193Provider,
} from '@nomicfoundation/ignition-core'
import hre from 'hardhat'
import { type Address, getAddress } from 'viem'
import Dim from '../../ignition/modules/Dim.ts'
import type { DeployParameters } from './parameters.ts'

const contractNames = [
  'timelock',
  'modelRegistry',
  'providerRegistry',
  'jobEscrow',
  'paymentChannels',
  'receiptAnchor',
  'equivocationModule',
  'coreDeployer',
  'equivocationDeployer',
] as const
export type ContractName = (typeof contractNames)[number]
export type Addresses = Readonly<Record<ContractName, Address>>

/** Ignition ended before everything was there. */
export class ContractDeploymentFailedError extends BaseError {
  override readonly code = 'CONTRACT_DEPLOYMENT_FAILED'

  constructor(details: string, options: { cause?: unknown } = {}) {
    super(`The contracts could not be deployed: ${details}`, {
      ...options,
      details,
      charged: 'Gas was spent on the transactions that were sent so far, and they need not be sent again.',
      hint: 'Run the same command again: it goes on where it stopped. docs/deploy.md says what to do when it does not.',
    })
  }
}

export type ModuleRun = {
  provider: EIP1193Provider
  sender: Address
  parameters: DeployParameters
  /** Without one nothing is kept, and nothing can go on later. */
  journalDir?: string
  config?: Partial<DeployConfig>
}

/** `ids` are Ignition's names of the contracts, by address. */
export type ModuleResult = { addresses: Addresses; ids: ReadonlyMap<Address, string> }

/** Runs Ignition's module on a chain; what the journal knows as done is not done again. */
export async function runModule(run: ModuleRun): Promise<ModuleResult> {
  const { provider, sender, parameters, journalDir, config } = run
  const result = await deploy({
    provider,
    ignitionModule: Dim,
    artifactResolver: new HardhatArtifactResolver(hre.artifacts),
    deploymentParameters: { Dim: parameters.Dim },
    accounts: [sender],
    ...(config === undefined ? {} : { config }),
    ...(journalDir === undefined ? {} : { deploymentDir: journalDir }),
  }).catch((cause: unknown) => {
    throw new ContractDeploymentFailedError(cause instanceof Error ? cause.message : String(cause), { cause })
  })
  if (!('contracts' in result)) throw new ContractDeploymentFailedError(describe(result))
  const ids = Object.values(result.contracts).map(({ id, address }) => [getAddress(address), id] as const)
  return { addresses: addressesOf(result.contracts), ids: new Map(ids) }
}

function addressesOf(contracts: Readonly<Record<string, { address: string }>>): Addresses {
  const entries = contractNames.map((name) => [
    name,
    getAddress(contracts[Dim.results[name].id]?.address ?? ''),
  ])
  return Object.fromEntries(entries) as Addresses
}

function describe(result: DeploymentResult): string {
  if (!('failed' in result)) return JSON.stringify('errors' in result ? result.errors : result)
  const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`)
  const open = [...result.timedOut, ...result.held].map(({ futureId }) => `${futureId} did not end`)
  return [...failed, ...open].join('; ')
}
