import {
  BaseError,
  equivocationModuleAbi,
  jobEscrowAbi,
  paymentChannelsAbi,
  providerRegistryAbi,
  receiptAnchorAbi,
} from '@dim/sdk'
import hre from 'hardhat'
import { getContract, type Hex, type PublicClient, parseAbi, toHex, zeroHash } from 'viem'
import type { DeployParameters } from './parameters.ts'
import type { Addresses, ContractName } from './runModule.ts'

/** What is on chain is not what was to be deployed. */
export class ContractDeploymentDiffersError extends BaseError {
  override readonly code = 'CONTRACT_DEPLOYMENT_DIFFERS'

  constructor(problems: readonly string[]) {
    super(`The contracts are deployed, but differ from the parameters: ${problems.join(' ')}`, {
      charged: 'The gas of the deployment was spent; no address was exported.',
      hint: 'Do not use these contracts. Find out why before you deploy again.',
    })
  }
}

export const sources: Readonly<Record<ContractName, string>> = {
  timelock: '@openzeppelin/contracts/governance/TimelockController.sol:TimelockController',
  modelRegistry: 'contracts/ModelRegistry.sol:ModelRegistry',
  providerRegistry: 'contracts/ProviderRegistry.sol:ProviderRegistry',
  jobEscrow: 'contracts/JobEscrow.sol:JobEscrow',
  paymentChannels: 'contracts/PaymentChannels.sol:PaymentChannels',
  receiptAnchor: 'contracts/ReceiptAnchor.sol:ReceiptAnchor',
  equivocationModule: 'contracts/EquivocationModule.sol:EquivocationModule',
  coreDeployer: 'contracts/CoreDeployer.sol:CoreDeployer',
  equivocationDeployer: 'contracts/EquivocationDeployer.sol:EquivocationDeployer',
}

const timelockAbi = parseAbi([
  'function getMinDelay() view returns (uint256)',
  'function hasRole(bytes32 role, address account) view returns (bool)',
  'function PROPOSER_ROLE() view returns (bytes32)',
  'function EXECUTOR_ROLE() view returns (bytes32)',
])

type Check = {
  client: PublicClient
  addresses: Addresses
  parameters: DeployParameters
  deployer: Hex
  /** Whether to compare what the timelock may have changed since, too. */
  isFresh: boolean
}
type Fact = readonly [what: string, actual: unknown, expected: unknown, mayChange?: boolean]

/** Reads back code, wiring, owners and parameters of all contracts; throws `CONTRACT_DEPLOYMENT_DIFFERS`. */
export async function checkDeployed(check: Check): Promise<void> {
  const facts = await Promise.all([
    codeFacts(check),
    timelockFacts(check),
    escrowFacts(check),
    registryFacts(check),
    otherFacts(check),
  ])
  const problems = facts.flat().flatMap(([what, actual, expected, mayChange = false]) => {
    if (mayChange && !check.isFresh) return []
    const [found, wanted] = [text(actual), text(expected)]
    return found === wanted ? [] : [`${what} is ${found} and not ${wanted}.`]
  })
  if (problems.length > 0) throw new ContractDeploymentDiffersError(problems)
}

const text = (value: unknown) =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))

async function codeFacts({ client, addresses }: Check): Promise<Fact[]> {
  const names = Object.keys(sources) as ContractName[]
  return Promise.all(
    names.map(async (name) => {
      const artifact = await hre.artifacts.readArtifact(sources[name])
      const code = (await client.getCode({ address: addresses[name] })) ?? '0x'
      const ranges = Object.values(artifact.immutableReferences ?? {}).flat()
      const same = withoutRanges(code, ranges) === withoutRanges(artifact.deployedBytecode as Hex, ranges)
      return [`code of ${name}`, same ? 'as compiled' : 'other code', 'as compiled'] as const
    }),
  )
}

/** Immutables are filled in when a contract is made: everything else is as compiled. */
function withoutRanges(code: Hex, ranges: readonly { start: number; length: number }[]): Hex {
  const bytes = Buffer.from(code.slice(2), 'hex')
  for (const { start, length } of ranges) bytes.fill(0, start, start + length)
  return toHex(bytes)
}

async function timelockFacts({ client, addresses, parameters, deployer }: Check): Promise<Fact[]> {
  const { timelockDelay, proposers, executors } = parameters.Dim
  const { read } = getContract({ address: addresses.timelock, abi: timelockAbi, client })
  const [proposer, executor] = await Promise.all([read.PROPOSER_ROLE(), read.EXECUTOR_ROLE()])
  const role = async (name: string, id: Hex, account: Hex, expected: boolean): Promise<Fact> => [
    `role ${name} of ${account}`,
    await read.hasRole([id, account]),
    expected,
    true,
  ]
  return Promise.all([
    read.getMinDelay().then((delay): Fact => ['delay of the timelock', delay, BigInt(timelockDelay), true]),
    ...proposers.map((account) => role('proposer', proposer, account, true)),
    ...executors.map((account) => role('executor', executor, account, true)),
    role('admin', zeroHash, deployer, false),
    role('admin', zeroHash, addresses.timelock, true),
  ])
}

async function escrowFacts({ client, addresses, parameters }: Check): Promise<Fact[]> {
  const { Dim } = parameters
  const { read } = getContract({ address: addresses.jobEscrow, abi: jobEscrowAbi, client })
  const [owner, guardian, feeBps, limits, contracts, game] = await Promise.all([
    read.owner(),
    read.guardian(),
    read.feeBps(),
    read.limits(),
    read.contracts(),
    read.game(),
  ])
  const { minSubmitDelay, minWindow, maxWindow, resolvePeriod, exposureBps, releaseDelay } = limits
  const { usdc } = Dim
  return [
    ['owner of jobEscrow', owner, addresses.timelock, true],
    ['guardian of jobEscrow', guardian, Dim.guardian, true],
    ['fee of jobs', feeBps, Dim.jobFeeBps, true],
    ['minSubmitDelay', minSubmitDelay, Dim.minSubmitDelay],
    ['minWindow', minWindow, Dim.minWindow],
    ['maxWindow', maxWindow, Dim.maxWindow],
    ['resolvePeriod', resolvePeriod, Dim.resolvePeriod],
    ['exposureBps', exposureBps, Dim.exposureBps],
    ['releaseDelay', releaseDelay, Dim.releaseDelay],
    ['contracts of jobEscrow', contracts, [usdc, addresses.modelRegistry, addresses.providerRegistry]],
    ['game', game, '0x0000000000000000000000000000000000000000', true],
  ]
}

async function registryFacts({ client, addresses, parameters }: Check): Promise<Fact[]> {
  const { Dim } = parameters
  const { read } = getContract({ address: addresses.providerRegistry, abi: providerRegistryAbi, client })
  const [owner, treasury, token, escrow, minimumStake, thaw, moduleDelay, activeAt] = await Promise.all([
    read.owner(),
    read.treasury(),
    read.token(),
    read.escrow(),
    read.minimumStake(),
    read.thawPeriod(),
    read.MODULE_DELAY(),
    read.moduleActiveAt([addresses.equivocationModule]),
  ])
  return [
    ['owner of providerRegistry', owner, addresses.timelock, true],
    ['treasury', treasury, addresses.timelock, true],
    ['token of providerRegistry', token, Dim.usdc],
    ['escrow of providerRegistry', escrow, addresses.jobEscrow],
    ['minimumStake', minimumStake, BigInt(Dim.minimumStake)],
    ['thawPeriod', thaw, Dim.thawPeriod],
    ['moduleDelay', moduleDelay, Dim.moduleDelay],
    ['right of the equivocation module to slash', activeAt !== 0, true],
  ]
}

async function otherFacts({ client, addresses, parameters }: Check): Promise<Fact[]> {
  const { Dim } = parameters
  const at = <Name extends ContractName>(name: Name) => ({ address: addresses[name], client })
  const channels = getContract({ ...at('paymentChannels'), abi: paymentChannelsAbi })
  const module = getContract({ ...at('equivocationModule'), abi: equivocationModuleAbi })
  const anchor = getContract({ ...at('receiptAnchor'), abi: receiptAnchorAbi })
  const [owner, guardian, token, feeBps, delays, receiptPeriod, providers] = await Promise.all([
    channels.read.owner(),
    channels.read.guardian(),
    channels.read.token(),
    channels.read.feeBps(),
    channels.read.withdrawDelays(),
    module.read.receiptPeriod(),
    anchor.read.PROVIDERS(),
  ])
  return [
    ['owner of paymentChannels', owner, addresses.timelock, true],
    ['guardian of paymentChannels', guardian, Dim.guardian, true],
    ['token of paymentChannels', token, Dim.usdc],
    ['fee of channels', feeBps, Dim.channelFeeBps],
    ['delays of channels', delays, [Dim.minWithdrawDelay, Dim.maxWithdrawDelay]],
    ['receiptPeriod', receiptPeriod, Dim.receiptPeriod],
    ['providers of receiptAnchor', providers, addresses.providerRegistry],
  ]
}
