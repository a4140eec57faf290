import { type Address, createPublicClient, formatEther, formatGwei, http, parseGwei } from 'viem'
import { UsageError } from '../../packages/node/src/cli/errors/usageError.ts'
import { listWallets } from '../../packages/node/src/identity/listWallets.ts'
import { checkChain } from './checkChain.ts'
import { checkToken } from './checkToken.ts'
import { networks } from './networks.ts'
import type { DeployOptions } from './options.ts'
import type { DeployParameters } from './parameters.ts'
import { readGasPrice } from './readGasPrice.ts'
import { type Rehearsal, rehearse } from './rehearse.ts'
import type { Settings } from './settings.ts'

export type DryRun = Rehearsal & {
  deployer: Address
  nonce: number
  gas: bigint
  gasPrice: bigint
  /** Whether chain and token were checked: there has to be a node for that. */
  checkedWithNode: boolean
}

type DryRunInput = { options: DeployOptions; settings: Settings; parameters: DeployParameters }

/** Rehearses a deployment; nothing is sent to the network, and no key is opened. */
export async function dryRun(input: DryRunInput): Promise<DryRun> {
  const { network } = input.options
  const deployer = await deployerOf(input)
  const { nonce, gasPrice, checkedWithNode } = await circumstances(input, deployer)
  const rehearsal = await rehearse({ network, parameters: input.parameters, deployer, nonce })
  const gas = rehearsal.transactions.reduce((sum, transaction) => sum + transaction.gas, 0n)
  return { ...rehearsal, deployer, nonce, gas, gasPrice, checkedWithNode }
}

async function deployerOf({ options, settings }: DryRunInput): Promise<Address> {
  if (options.deployer !== undefined) return options.deployer
  const wallets = await listWallets({ dir: settings.keystore })
  const wallet = wallets.find(({ name }) => name === options.wallet)
  if (wallet !== undefined) return wallet.address
  throw new UsageError(`There is no wallet "${options.wallet}" in ${settings.keystore}.`, {
    charged: 'Nothing was sent or charged.',
    hint: `Make it with \`dim wallet new ${options.wallet}\`, or name an account with --deployer.`,
  })
}

async function circumstances({ options, settings, parameters }: DryRunInput, deployer: Address) {
  const { network } = options
  const usual = parseGwei(String(networks[network].usualGasPriceGwei))
  if (settings.rpcUrl === undefined)
    return { nonce: options.nonce ?? 0, gasPrice: options.gasPrice ?? usual, checkedWithNode: false }
  const client = createPublicClient({ transport: http(settings.rpcUrl, { retryCount: 2 }) })
  await checkChain(client, network)
  await checkToken(client, { network, parameters })
  return {
    nonce: options.nonce ?? (await client.getTransactionCount({ address: deployer })),
    gasPrice: options.gasPrice ?? (await readGasPrice(client, network)),
    checkedWithNode: true,
  }
}

/** What the dry run found, for people. */
export function formatDryRun(
  run: DryRun,
  { options, parameters }: { options: DeployOptions; parameters: DeployParameters },
): string {
  const { title, chainId, rpcVariable } = networks[options.network]
  const rows = (entries: readonly (readonly [string, unknown])[]) =>
    entries.map(([name, value]) => `  ${name.padEnd(34)} ${value}`).join('\n')
  const cost = formatEther(run.gas * run.gasPrice)
  return [
    `Dry run for ${title} (chain ${chainId}): nothing was sent.`,
    `\nAddresses, if ${run.deployer} deploys with its nonce at ${run.nonce}`,
    rows(Object.entries(run.addresses)),
    '\nGas',
    rows(run.transactions.map(({ id, gas }) => [id, gas.toLocaleString('en')])),
    rows([['all of it', run.gas.toLocaleString('en')]]),
    `  about ${cost} POL at ${formatGwei(run.gasPrice)} gwei; keep half of it more for changes of the price`,
    '\nParameters',
    rows([...Object.entries(parameters.Dim), ...Object.entries(parameters.Token)]),
    run.checkedWithNode
      ? '\nThe node is on the right chain, and the token is what the parameters say.'
      : `\nNot checked: chain and token, for ${rpcVariable} is not set.`,
  ].join('\n')
}
