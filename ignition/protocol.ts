import type {
  AccountRuntimeValue,
  ContractFuture,
  IgnitionModuleBuilder,
  ModuleParameterRuntimeValue,
} from '@nomicfoundation/ignition-core'

type Account = ContractFuture<string> | AccountRuntimeValue
type Amount = number | bigint | ModuleParameterRuntimeValue<number>

/** Everything that a deployment decides; the constructors check the bounds. */
export type ProtocolOptions = {
  token: ContractFuture<string> | ModuleParameterRuntimeValue<string>
  owner: Account
  guardian: Account | ModuleParameterRuntimeValue<string>
  treasury: Account
  providerRegistry: Record<'minimumStake' | 'thawPeriod' | 'moduleDelay', Amount>
  jobEscrow: Record<
    | 'feeBps'
    | 'minSubmitDelay'
    | 'minWindow'
    | 'maxWindow'
    | 'resolvePeriod'
    | 'exposureBps'
    | 'releaseDelay',
    Amount
  >
  paymentChannels: Record<'feeBps' | 'minWithdrawDelay' | 'maxWithdrawDelay', Amount>
  receiptPeriod: Amount
}

// The zero address stands where CoreDeployer fills in what it creates itself.
const filledInByDeployer = '0x0000000000000000000000000000000000000000'

/** The contracts of DIM on any chain, wired to each other. */
export function protocol(m: IgnitionModuleBuilder, options: ProtocolOptions) {
  const { token, owner, guardian, treasury } = options
  const modelRegistry = m.contract('ModelRegistry')
  const equivocationDeployer = m.contract('EquivocationDeployer')
  const slashModule = m.staticCall(equivocationDeployer, 'MODULE')
  const deployer = m.contract('CoreDeployer', [
    {
      token,
      escrow: filledInByDeployer,
      owner,
      treasury,
      slashModules: [slashModule],
      ...options.providerRegistry,
    },
    {
      token,
      models: modelRegistry,
      providers: filledInByDeployer,
      owner,
      guardian,
      ...options.jobEscrow,
    },
  ])
  const providerRegistry = m.contractAt(
    'ProviderRegistry',
    m.staticCall(deployer, 'PROVIDER_REGISTRY', [], 0, { id: 'ProviderRegistryAddress' }),
  )
  const jobEscrow = m.contractAt(
    'JobEscrow',
    m.staticCall(deployer, 'JOB_ESCROW', [], 0, { id: 'JobEscrowAddress' }),
  )

  const deployed = m.call(equivocationDeployer, 'deploy', [providerRegistry, options.receiptPeriod])
  const equivocationModule = m.contractAt('EquivocationModule', slashModule, { after: [deployed] })
  const receiptAnchor = m.contract('ReceiptAnchor', [providerRegistry])
  const paymentChannels = m.contract('PaymentChannels', [
    { token, owner, guardian, ...options.paymentChannels },
  ])

  return {
    modelRegistry,
    providerRegistry,
    jobEscrow,
    paymentChannels,
    receiptAnchor,
    equivocationModule,
    coreDeployer: deployer,
    equivocationDeployer,
  }
}
