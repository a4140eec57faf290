import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'

const usdc = (amount: number): bigint => BigInt(amount) * 1_000_000n

const fundedAccounts = 10

const providerRegistryParameters = {
  minimumStake: usdc(10),
  thawPeriod: 3_600,
  moduleDelay: 3_600,
}

const receiptPeriod = 3_600

const paymentChannelsParameters = {
  feeBps: 100,
  minWithdrawDelay: 60,
  maxWithdrawDelay: 2_592_000,
}

const jobEscrowParameters = {
  feeBps: 100,
  minSubmitDelay: 5,
  minWindow: 0,
  maxWindow: 1_800,
  resolvePeriod: 600,
  exposureBps: 10_000,
}

// The zero address stands where CoreDeployer fills in what it creates itself.
const filledInByDeployer = '0x0000000000000000000000000000000000000000'

/**
 * Everything on a local chain (31337), owned by its first account, with test USDC in the wallets of the first ten.
 * The token's proxy has an admin of its own (account 19), for an admin cannot use the token.
 */
export default buildModule('Devnet', (m) => {
  const owner = m.getAccount(0)

  const implementation = m.contract('TestUSDC')
  const proxy = m.contract('TestUSDCProxy', [
    implementation,
    m.getAccount(19),
    m.encodeFunctionCall(implementation, 'initialize', [owner]),
  ])
  const token = m.contractAt('TestUSDC', proxy, { id: 'USDC' })

  const minter = m.call(token, 'configureMinter', [owner, usdc(1_000_000_000_000)])
  for (let index = 0; index < fundedAccounts; index += 1) {
    m.call(token, 'mint', [m.getAccount(index), usdc(1_000_000)], { id: `Mint${index}`, after: [minter] })
  }

  const modelRegistry = m.contract('ModelRegistry')
  const equivocationDeployer = m.contract('EquivocationDeployer')
  const slashModule = m.staticCall(equivocationDeployer, 'MODULE')
  const deployer = m.contract('CoreDeployer', [
    {
      token,
      escrow: filledInByDeployer,
      owner,
      treasury: owner,
      slashModules: [slashModule],
      ...providerRegistryParameters,
    },
    {
      token,
      models: modelRegistry,
      providers: filledInByDeployer,
      owner,
      guardian: owner,
      ...jobEscrowParameters,
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

  const deployed = m.call(equivocationDeployer, 'deploy', [providerRegistry, receiptPeriod])
  const equivocationModule = m.contractAt('EquivocationModule', slashModule, { after: [deployed] })
  const receiptAnchor = m.contract('ReceiptAnchor', [providerRegistry])
  const paymentChannels = m.contract('PaymentChannels', [
    { token, owner, guardian: owner, ...paymentChannelsParameters },
  ])

  return {
    usdc: token,
    modelRegistry,
    providerRegistry,
    jobEscrow,
    paymentChannels,
    receiptAnchor,
    equivocationModule,
  }
})
