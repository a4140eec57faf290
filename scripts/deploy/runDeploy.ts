import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BaseError, formatDeployment } from '@dim/sdk'
import hre from 'hardhat'
import { formatEther, formatGwei } from 'viem'
import { confirm } from '../../packages/node/src/cli/confirm.ts'
import type { Context } from '../../packages/node/src/cli/context.ts'
import { passwordSource } from '../../packages/node/src/cli/wallet/passwordSource.ts'
import { openWallet } from '../../packages/node/src/identity/openWallet.ts'
import { type Deployed, deployProtocol } from './deployProtocol.ts'
import { dryRun, formatDryRun } from './dryRun.ts'
import { exportDeployments } from './exportedDeployments.ts'
import { type NetworkName, networks } from './networks.ts'
import type { DeployOptions } from './options.ts'
import { type DeployParameters, readParameters } from './parameters.ts'
import { type Places, placesOf } from './places.ts'
import { DeploymentRpcMissingError, readSettings, type Settings } from './settings.ts'
import { verifySources } from './verifySources.ts'

/** `--verify` without a key of the explorer. */
export class DeploymentExplorerKeyMissingError extends BaseError {
  override readonly code = 'DEPLOYMENT_EXPLORER_KEY_MISSING'

  constructor() {
    super('Verifying sources needs a key of the explorer, and ETHERSCAN_API_KEY is not set.', {
      charged: 'Nothing was sent or charged.',
      hint: 'Set ETHERSCAN_API_KEY, or leave --verify out.',
    })
  }
}

/** The whole command: dry run, or deployment, record, export and verification. */
export async function runDeploy(
  context: Context,
  options: DeployOptions,
  places: Places = placesOf(options.network),
): Promise<void> {
  const { network } = options
  const [settings, parameters] = await Promise.all([
    readSettings(network, context.io.environment),
    readParameters(options.parameters ?? places.parameters, network),
  ])
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  if (!options.dryRun) return deployForReal(context, { options, settings, parameters, places })
  const run = await dryRun({ options, settings, parameters })
  context.out.result({ dryRun: true, network, ...run, parameters }, () =>
    formatDryRun(run, { options, parameters }),
  )
}

type Real = { options: DeployOptions; settings: Settings; parameters: DeployParameters; places: Places }

async function deployForReal(
  context: Context,
  { options, settings, parameters, places }: Real,
): Promise<void> {
  const { network } = options
  const { rpcUrl, explorerKey } = settings
  if (rpcUrl === undefined) throw new DeploymentRpcMissingError(network)
  if (options.verify && explorerKey === undefined) throw new DeploymentExplorerKeyMissingError()
  const deployed = await deployProtocol({
    network,
    rpcUrl,
    parameters,
    journalDir: places.journal,
    ...asked(context, { options, settings }),
  })
  const record = await writeRecord(places, { network, deployed })
  const verified =
    options.verify && explorerKey !== undefined
      ? await verifySources({ network, rpcUrl, explorerKey, parameters, addresses: deployed.addresses })
      : []
  context.out.result({ network, ...deployed, verified, record }, () =>
    [
      `${networks[network].title}: ${deployed.sent.length === 0 ? 'everything was there already' : `${deployed.sent.length} transactions`}.`,
      ...Object.entries(deployed.addresses).map(([name, address]) => `  ${name.padEnd(24)} ${address}`),
      `Written to ${record} and ${places.sdk}: commit both.`,
    ].join('\n'),
  )
}

/** Key and consent, from the person at the terminal or from files and flags. */
function asked(context: Context, { options, settings }: Pick<Real, 'options' | 'settings'>) {
  const password = passwordSource(context, { file: settings.passwordFile })
  return {
    openAccount: async () =>
      openWallet({ dir: settings.keystore, name: options.wallet, password: await password() }),
    confirm: ({ deployer, gas, gasPrice }: { deployer: string; gas: bigint; gasPrice: bigint }) => {
      const cost = `about ${formatEther(gas * gasPrice)} POL (${gas} gas at ${formatGwei(gasPrice)} gwei)`
      const question = `Deploy on ${networks[options.network].title} as ${deployer} for ${cost}?`
      return confirm(context, question, { yes: options.yes, final: true })
    },
    onSent: (hash: string) => {
      context.money.charged = true
      context.money.note = 'Gas was spent on the transactions that were sent so far.'
      context.out.note(`  sent ${hash}`)
    },
  }
}

async function writeRecord(
  places: Places,
  { network, deployed }: { network: NetworkName; deployed: Deployed },
): Promise<string> {
  const record = join(places.records, `${network}.json`)
  await mkdir(places.records, { recursive: true })
  await writeFile(record, `${JSON.stringify(formatDeployment(deployed.deployment), undefined, 2)}\n`)
  exportDeployments(places, { check: false })
  return record
}
