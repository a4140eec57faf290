import type { Account, Chain, Client, Transport } from 'viem'
import type { Deployment } from './deployments.ts'
import { WrongChainError } from './errors/wrongChain.ts'

/** A viem client that knows the contracts: enough to read. */
export type Reader = Client<Transport, Chain | undefined, Account | undefined> & { readonly dim: Deployment }

/** A viem client with an account that knows the contracts: enough to write and to sign. */
export type Writer = Client<Transport, Chain | undefined, Account> & { readonly dim: Deployment }

type AnyClient = Client<Transport, Chain | undefined, Account | undefined>

/**
 * Binds a viem client to one deployment, so that every action finds its contract.
 *
 * @param client Any viem client: `createClient`, `createPublicClient` or `createWalletClient`.
 * @param deployment Addresses; from `deployments`, `getNetwork(endpoint)` or a devnet's `deployment.json`.
 * @returns The same client with a property `dim`. Nothing is sent; `assertDeployment` asks the chain.
 * @throws `WRONG_CHAIN` when the client is configured for another chain.
 * @example
 * const reader = withDeployment(createPublicClient({ transport: http(rpcUrl) }), await getNetwork(endpoint))
 * const job = await getJob(reader, { jobId })
 */
export function withDeployment<C extends AnyClient>(
  client: C,
  deployment: Deployment,
): C & { readonly dim: Deployment } {
  const configured = client.chain?.id
  if (configured !== undefined && configured !== deployment.chainId) {
    throw new WrongChainError({ expected: deployment.chainId, actual: configured })
  }
  return client.extend(() => ({ dim: deployment })) as unknown as C & { readonly dim: Deployment }
}
