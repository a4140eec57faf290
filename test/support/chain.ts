import {
  type Deployment,
  parseDeployment,
  type Reader,
  transferUsdc,
  type Writer,
  waitForTransaction,
  withDeployment,
} from '@dim/sdk'
import hre from 'hardhat'
import {
  type Account,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  type LocalAccount,
  parseEther,
  publicActions,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import Devnet from '../../ignition/modules/Devnet.ts'
import { serveJsonRpc } from './jsonRpcServer.ts'

const mnemonic = 'test test test test test test test test test test test junk'
const fundedAccounts = 10

export type TestChain = Awaited<ReturnType<typeof startChain>>

/**
 * A real chain with the real contracts, in this process and over HTTP.
 *
 * Each transaction gets a block of its own; with `blockIntervalMs` further blocks come by the clock, as on a devnet.
 */
export async function startChain({ blockIntervalMs = 0 }: { blockIntervalMs?: number } = {}) {
  const connection = await hre.network.create({ network: 'devnet', chainType: 'l1' })
  const contracts = await connection.ignition.deploy(Devnet)
  const server = await serveJsonRpc(connection.provider)
  const transport = http(server.url, { retryCount: 0 })
  const shared = { chain: hardhat, transport, pollingInterval: 25, cacheTime: 0 }
  const test = createTestClient({ ...shared, mode: 'hardhat' }).extend(publicActions)
  const deployment = await toDeployment(contracts, await test.getBlock({ blockNumber: 0n }))
  if (blockIntervalMs > 0) {
    await connection.provider.request({ method: 'evm_setIntervalMining', params: [blockIntervalMs] })
  }
  const reader: Reader = withDeployment(createPublicClient(shared), deployment)
  const writer = (account: Account): Writer =>
    withDeployment(createWalletClient({ ...shared, account }), deployment)
  const accounts = accountsOf(fundedAccounts)
  return {
    rpcUrl: server.url,
    deployment,
    /** The first ten of Hardhat's accounts, each with a million USDC; #0 owns the contracts. */
    accounts,
    reader,
    writer,
    /** Mines, moves the clock, takes snapshots; also reads. */
    test,
    /** Gives an account of a test's own USDC and, unless told otherwise, one unit of the chain's coin for gas. */
    async fund(to: Address, { usdc, wei = parseEther('1') }: { usdc: bigint; wei?: bigint }) {
      if (wei > 0n) await test.setBalance({ address: to, value: wei })
      const from = writer(accounts[9] as LocalAccount)
      const hash = await transferUsdc(from, { to, amountUsdc: usdc })
      await waitForTransaction(from, { hash })
    },
    /** Moves the clock of the chain and mines a block. */
    async passTime(seconds: number) {
      await test.increaseTime({ seconds })
      await test.mine({ blocks: 1 })
    },
    async close() {
      await server.close()
      await connection.close()
    },
  }
}

const contractNames = [
  'usdc',
  'modelRegistry',
  'providerRegistry',
  'jobEscrow',
  'paymentChannels',
  'receiptAnchor',
  'equivocationModule',
] as const
type Deployed = Record<(typeof contractNames)[number], { address: Address }>

async function toDeployment(contracts: Deployed, genesis: { hash: string | null }): Promise<Deployment> {
  return parseDeployment({
    chainId: hardhat.id,
    genesisHash: genesis.hash,
    deployedAtBlock: '0',
    ...Object.fromEntries(contractNames.map((name) => [name, contracts[name].address])),
  })
}

const accountsOf = (count: number): readonly LocalAccount[] =>
  Array.from({ length: count }, (_, addressIndex) => mnemonicToAccount(mnemonic, { addressIndex }))
