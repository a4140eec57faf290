import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import { protocol } from '../protocol.ts'

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
  releaseDelay: 60,
}

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

  const { modelRegistry, providerRegistry, jobEscrow, paymentChannels, receiptAnchor, equivocationModule } =
    protocol(m, {
      token,
      owner,
      guardian: owner,
      treasury: owner,
      providerRegistry: providerRegistryParameters,
      jobEscrow: jobEscrowParameters,
      paymentChannels: paymentChannelsParameters,
      receiptPeriod,
    })

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
