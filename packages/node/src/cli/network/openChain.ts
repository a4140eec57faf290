import { assertDeployment, type Deployment, type Reader, withDeployment } from '@dim/sdk'
import { type Chain, createPublicClient, defineChain, http, type PublicClient, type Transport } from 'viem'
import type { Network } from './network.ts'

export type ChainClient = PublicClient<Transport, Chain> & { readonly dim: Deployment } & Reader

/** A client of the network's chain, once it has shown to be the right one and to hold the contracts. */
export async function openChain({ rpcUrl, deployment, name }: Network): Promise<ChainClient> {
  const chain = defineChain({
    id: deployment.chainId,
    name,
    nativeCurrency: { name: 'POL', symbol: 'POL', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createPublicClient({
    chain,
    transport: http(rpcUrl, { retryCount: 1, timeout: 10_000 }),
    pollingInterval: 250,
    cacheTime: 0,
  })
  const reader = withDeployment(client, deployment) as ChainClient
  await assertDeployment(reader)
  return reader
}
