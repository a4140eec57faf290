import { zeroAddress } from 'viem'
import type { DeployParameters } from './parameters.ts'
import type { Addresses, ContractName } from './runModule.ts'

/** What each constructor was called with, those included that another constructor called. */
export function constructorArguments(
  addresses: Addresses,
  { Dim }: DeployParameters,
): Record<ContractName, unknown[]> {
  const { timelock, providerRegistry, modelRegistry, jobEscrow, equivocationModule } = addresses
  const registry = {
    token: Dim.usdc,
    escrow: jobEscrow,
    owner: timelock,
    treasury: timelock,
    minimumStake: Dim.minimumStake,
    thawPeriod: Dim.thawPeriod,
    moduleDelay: Dim.moduleDelay,
    slashModules: [equivocationModule],
  }
  const escrow = {
    token: Dim.usdc,
    models: modelRegistry,
    providers: providerRegistry,
    owner: timelock,
    guardian: Dim.guardian,
    feeBps: Dim.jobFeeBps,
    minSubmitDelay: Dim.minSubmitDelay,
    minWindow: Dim.minWindow,
    maxWindow: Dim.maxWindow,
    resolvePeriod: Dim.resolvePeriod,
    exposureBps: Dim.exposureBps,
    releaseDelay: Dim.releaseDelay,
  }
  const channels = {
    token: Dim.usdc,
    owner: timelock,
    guardian: Dim.guardian,
    feeBps: Dim.channelFeeBps,
    minWithdrawDelay: Dim.minWithdrawDelay,
    maxWithdrawDelay: Dim.maxWithdrawDelay,
  }
  return {
    timelock: [Dim.timelockDelay, Dim.proposers, Dim.executors, zeroAddress],
    modelRegistry: [],
    equivocationDeployer: [],
    // CoreDeployer fills in what it makes itself.
    coreDeployer: [
      { ...registry, escrow: zeroAddress },
      { ...escrow, providers: zeroAddress },
    ],
    providerRegistry: [registry],
    jobEscrow: [escrow],
    equivocationModule: [providerRegistry, Dim.receiptPeriod],
    receiptAnchor: [providerRegistry],
    paymentChannels: [channels],
  }
}
