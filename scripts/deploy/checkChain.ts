import { BaseError } from '@dim/sdk'
import type { PublicClient } from 'viem'
import { type NetworkName, networks } from './networks.ts'

/** The node belongs to another chain. */
export class ChainUnexpectedError extends BaseError {
  override readonly code = 'CHAIN_UNEXPECTED'

  constructor(network: NetworkName, actual: number) {
    const { title, chainId, rpcVariable } = networks[network]
    super(`${title} is chain ${chainId}, but the node that ${rpcVariable} names is on chain ${actual}.`, {
      charged: 'Nothing was sent or charged.',
      hint: `Correct ${rpcVariable}.`,
    })
  }
}

/** The node does not answer. */
export class ChainNodeUnreachableError extends BaseError {
  override readonly code = 'CHAIN_NODE_UNREACHABLE'

  constructor(network: NetworkName, cause: unknown) {
    const { title, rpcVariable } = networks[network]
    super(`The node of ${title} that ${rpcVariable} names does not answer.`, {
      cause,
      charged: 'Nothing was sent or charged.',
      hint: `Correct ${rpcVariable}, or wait until the node is back.`,
      retryable: true,
    })
  }
}

/** Throws `CHAIN_UNEXPECTED`, or `CHAIN_NODE_UNREACHABLE`. */
export async function checkChain(client: PublicClient, network: NetworkName): Promise<void> {
  const actual = await client.getChainId().catch((cause: unknown) => {
    throw new ChainNodeUnreachableError(network, cause)
  })
  if (actual !== networks[network].chainId) throw new ChainUnexpectedError(network, actual)
}
