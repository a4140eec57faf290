import { BaseError } from '@dim/sdk'
import { verifyContract } from '@nomicfoundation/hardhat-verify/verify'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import userConfig from '../../hardhat.config.ts'
import { sources } from './checkDeployed.ts'
import { constructorArguments } from './constructorArguments.ts'
import { type NetworkName, networks } from './networks.ts'
import type { DeployParameters } from './parameters.ts'
import type { Addresses, ContractName } from './runModule.ts'

/** The explorer did not take a source; the contracts are not touched by that. */
export class ContractVerificationFailedError extends BaseError {
  override readonly code = 'CONTRACT_VERIFICATION_FAILED'

  constructor(failed: readonly { name: ContractName; cause: unknown }[]) {
    const reasons = failed.map(
      ({ name, cause }) => `${name}: ${cause instanceof Error ? cause.message : cause}`,
    )
    super(
      `The contracts are deployed, but ${failed.length} of them could not be verified: ${reasons.join('; ')}`,
      {
        cause: failed[0]?.cause,
        charged: 'Verification costs nothing.',
        hint: 'Explorers need a minute after a deployment: run the same command again later.',
      },
    )
  }
}

export type VerifyOptions = {
  network: NetworkName
  rpcUrl: string
  explorerKey: string
  addresses: Addresses
  parameters: DeployParameters
}

/** Hands the sources of every contract to Etherscan's API, which serves both networks. One that it knows already is fine. */
export async function verifySources(options: VerifyOptions): Promise<readonly ContractName[]> {
  const { network, rpcUrl, explorerKey, addresses, parameters } = options
  const { chainId } = networks[network]
  const hre = await createHardhatRuntimeEnvironment(
    {
      ...userConfig,
      networks: { [network]: { type: 'http', chainType: 'generic', chainId, url: rpcUrl } },
      verify: { etherscan: { apiKey: explorerKey } },
    },
    { network, buildProfile: 'default' },
  )
  const args = constructorArguments(addresses, parameters)
  const failed: { name: ContractName; cause: unknown }[] = []
  const names = Object.keys(sources) as ContractName[]
  // One after the other: the free tier of the explorer takes few requests a second.
  for (const name of names) {
    const contract = { address: addresses[name], contract: sources[name], constructorArgs: args[name] }
    await verifyContract(contract, hre).catch((cause: unknown) => failed.push({ name, cause }))
  }
  if (failed.length > 0) throw new ContractVerificationFailedError(failed)
  return names
}
