import hre from 'hardhat'
import { type Address, createPublicClient, custom, type Hex, numberToHex, parseEther } from 'viem'
import { type NetworkName, networks } from './networks.ts'
import type { DeployParameters } from './parameters.ts'
import { type Addresses, type ModuleResult, runModule } from './runModule.ts'

export type RehearsedTransaction = { id: string; gas: bigint }

/** Gas is Ethereum's schedule; Polygon's own (PIP-88) asks more for storage, a few per cent of a deployment. */
export type Rehearsal = {
  addresses: Addresses
  transactions: readonly RehearsedTransaction[]
}

type RehearseOptions = {
  network: NetworkName
  parameters: DeployParameters
  deployer: Address
  nonce: number
}

/** Deploys on a fresh local chain that has the network's id, as an account with that nonce: addresses and gas are its outcome. */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { network, parameters, deployer, nonce } = options
  const { chainId } = networks[network]
  const connection = await hre.network.create({ network: 'devnet', override: { chainId } })
  try {
    const { provider } = connection
    await provider.request({ method: 'hardhat_impersonateAccount', params: [deployer] })
    await provider.request({
      method: 'hardhat_setBalance',
      params: [deployer, numberToHex(parseEther('1000000'))],
    })
    await provider.request({ method: 'hardhat_setNonce', params: [deployer, numberToHex(nonce)] })
    const hashes: Hex[] = []
    const observed = {
      async request(call: { method: string; params?: unknown[] | object }) {
        const answer = await provider.request(call)
        if (call.method === 'eth_sendTransaction') hashes.push(answer as Hex)
        return answer
      },
    }
    const result = await runModule({
      provider: observed as never,
      sender: deployer,
      parameters,
      config: { blockPollingInterval: 20 },
    })
    return { addresses: result.addresses, transactions: await readGas(provider, hashes, result) }
  } finally {
    await connection.close()
  }
}

async function readGas(
  provider: { request(call: { method: string; params?: unknown[] }): Promise<unknown> },
  hashes: readonly Hex[],
  { ids }: ModuleResult,
): Promise<RehearsedTransaction[]> {
  const client = createPublicClient({ transport: custom(provider) })
  const receipts = await Promise.all(hashes.map((hash) => client.getTransactionReceipt({ hash })))
  return receipts.map(({ contractAddress, to, gasUsed }) => ({
    id: labelOf(ids, { created: contractAddress, called: to }),
    gas: gasUsed,
  }))
}

/** As Ignition names it: the contract, or the contract and the one function that is called on it. */
function labelOf(
  ids: ReadonlyMap<Address, string>,
  { created, called }: { created: Address | null | undefined; called: Address | null },
): string {
  const idOf = (address: Address) =>
    [...ids].find(([known]) => known.toLowerCase() === address.toLowerCase())?.[1]
  if (created) return idOf(created) ?? created
  return `${called === null ? '' : idOf(called)}.deploy`
}
