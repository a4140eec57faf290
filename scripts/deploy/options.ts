import { parseArgs } from 'node:util'
import { type Address, getAddress, isAddress, parseGwei } from 'viem'
import { UsageError } from '../../packages/node/src/cli/errors/usageError.ts'
import { isNetworkName, type NetworkName, networks } from './networks.ts'

export type DeployOptions = {
  network: NetworkName
  dryRun: boolean
  verify: boolean
  yes: boolean
  json: boolean
  wallet: string
  parameters: string | undefined
  deployer: Address | undefined
  nonce: number | undefined
  gasPrice: bigint | undefined
}

export const usage = `npm run deploy -- --network ${Object.keys(networks).join('|')} [options]

  --dry-run            rehearse on a local chain with the network's id; sends nothing
  --wallet NAME        wallet that pays and deploys (default: deployer; make it with dim wallet new)
  --parameters FILE    instead of ignition/parameters/NETWORK.json
  --yes                do not ask before sending
  --verify             verify the sources at the explorer as well (needs ETHERSCAN_API_KEY)
  --deployer ADDRESS   dry run: deploy as this account instead of the wallet's
  --nonce N            dry run: its nonce, where no node can be asked
  --gas-price GWEI     dry run: price for the estimate of the cost
  --json               one line of JSON on standard output`

const wrong = (why: string) =>
  new UsageError(why, { charged: 'Nothing was sent or charged.', hint: `Usage: ${usage}` })

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        network: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        verify: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        wallet: { type: 'string', default: 'deployer' },
        parameters: { type: 'string' },
        deployer: { type: 'string' },
        nonce: { type: 'string' },
        'gas-price': { type: 'string' },
      },
    }).values
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

/** Reads the command line; throws `USAGE`. */
export function parseOptions(args: readonly string[]): DeployOptions {
  const { network = '', parameters, deployer, nonce, ...others } = parse(args)
  const { 'gas-price': gasPrice, 'dry-run': dryRun, ...rest } = others
  if (!isNetworkName(network)) throw wrong(`--network is one of ${Object.keys(networks).join(', ')}.`)
  if (!dryRun && (deployer ?? nonce ?? gasPrice) !== undefined)
    throw wrong('--deployer, --nonce and --gas-price belong to --dry-run.')
  if (dryRun && rest.verify) throw wrong('A dry run has nothing to verify: leave --verify out.')
  if (deployer !== undefined && !isAddress(deployer)) throw wrong(`"${deployer}" is no address.`)
  if (nonce !== undefined && !/^\d{1,9}$/.test(nonce)) throw wrong(`"${nonce}" is no nonce.`)
  if (gasPrice !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(gasPrice))
    throw wrong(`"${gasPrice}" is no price in gwei.`)
  return {
    ...rest,
    network,
    dryRun,
    parameters,
    deployer: deployer === undefined ? undefined : getAddress(deployer),
    nonce: nonce === undefined ? undefined : Number(nonce),
    gasPrice: gasPrice === undefined ? undefined : parseGwei(gasPrice),
  }
}
