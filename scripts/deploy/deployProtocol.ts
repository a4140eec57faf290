import { type Deployment, parseDeployment } from '@dim/sdk'
import { HardhatArtifactResolver } from '@nomicfoundation/hardhat-ignition/helpers'
import { type DeployConfig, listTransactions } from '@nomicfoundation/ignition-core'
import hre from 'hardhat'
import { type Address, createPublicClient, type Hex, http, type LocalAccount, type PublicClient } from 'viem'
import { checkBalance } from './checkBalance.ts'
import { checkChain } from './checkChain.ts'
import { checkDeployed } from './checkDeployed.ts'
import { checkToken } from './checkToken.ts'
import { type NetworkName, networks } from './networks.ts'
import type { DeployParameters } from './parameters.ts'
import { readGasPrice } from './readGasPrice.ts'
import { recoverSent } from './recoverSent.ts'
import { type Rehearsal, rehearse } from './rehearse.ts'
import { remainingGas } from './remainingGas.ts'
import { type Addresses, runModule } from './runModule.ts'
import { keepSigned } from './signedLog.ts'
import { signingProvider } from './signingProvider.ts'

/** What is about to be sent. */
export type DeployPlan = { deployer: Address; gas: bigint; gasPrice: bigint }

export type DeployTarget = {
  network: NetworkName
  rpcUrl: string
  parameters: DeployParameters
  /** Ignition's journal: what is done is not done again, after a crash neither. */
  journalDir: string
  /** Asked for only when chain and token are the right ones. */
  openAccount(): Promise<LocalAccount>
  /** Rejects to stop before anything is sent. */
  confirm(plan: DeployPlan): Promise<void>
  onSent?: (hash: string) => void
  config?: Partial<DeployConfig>
}

export type Deployed = { deployment: Deployment; addresses: Addresses; sent: readonly string[] }

/** Checks all that can be checked, then deploys what is not there yet, and reads everything back. */
export async function deployProtocol(target: DeployTarget): Promise<Deployed> {
  const { network, parameters, journalDir, rpcUrl } = target
  const { chainId } = networks[network]
  const client: PublicClient = createPublicClient({ transport: http(rpcUrl, { retryCount: 2 }) })
  await checkChain(client, network)
  await checkToken(client, { network, parameters })
  const account = await target.openAccount()
  const deployer = account.address
  const plan = await createPlan(client, { target, deployer })
  if (plan.gas > 0n) {
    await checkBalance(client, plan)
    await target.confirm(plan)
  }
  const sent: string[] = []
  const onSent = (hash: string) => {
    sent.push(hash)
    target.onSent?.(hash)
  }
  const beforeSending = (signed: Parameters<typeof keepSigned>[1]) => keepSigned(journalDir, signed)
  const provider = signingProvider(client as never, { account, chainId, beforeSending, onSent })
  for (const hash of await recoverSent(journalDir, { provider, chainId })) onSent(hash)
  const { addresses } = await runModule({
    provider,
    sender: deployer,
    parameters,
    journalDir,
    ...(target.config === undefined ? {} : { config: target.config }),
  })
  await checkDeployed({ client, addresses, parameters, deployer, isFresh: sent.length > 0 })
  return { deployment: await toDeployment(client, { target, addresses }), addresses, sent }
}

async function createPlan(
  client: PublicClient,
  { target, deployer }: { target: DeployTarget; deployer: Address },
): Promise<DeployPlan> {
  const { network, parameters, journalDir } = target
  const nonce = await client.getTransactionCount({ address: deployer })
  const { transactions }: Rehearsal = await rehearse({ network, parameters, deployer, nonce })
  const gas = await remainingGas(journalDir, transactions)
  return { deployer, gas, gasPrice: await readGasPrice(client, network) }
}

async function toDeployment(
  client: PublicClient,
  { target, addresses }: { target: DeployTarget; addresses: Addresses },
): Promise<Deployment> {
  const { journalDir, network, parameters } = target
  const journal = await listTransactions(journalDir, new HardhatArtifactResolver(hre.artifacts))
  const hashes = journal.filter(({ status }) => status === 'SUCCESS').map(({ txHash }) => txHash as Hex)
  const receipts = await Promise.all(hashes.map((hash) => client.getTransactionReceipt({ hash })))
  const first = receipts.map(({ blockNumber }) => blockNumber).reduce((a, b) => (a < b ? a : b))
  const genesis = await client.getBlock({ blockNumber: 0n })
  const { modelRegistry, providerRegistry, jobEscrow, paymentChannels, receiptAnchor, equivocationModule } =
    addresses
  return parseDeployment({
    chainId: networks[network].chainId,
    genesisHash: genesis.hash,
    deployedAtBlock: String(first),
    usdc: parameters.Dim.usdc,
    modelRegistry,
    providerRegistry,
    jobEscrow,
    paymentChannels,
    receiptAnchor,
    equivocationModule,
  })
}
