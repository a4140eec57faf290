import type { Deployment } from '@dim/sdk'

/** Where a command works: a chain, its contracts, and nodes that are known beforehand. */
export type Network = {
  name: string
  rpcUrl: string
  deployment: Deployment
  /** URLs of nodes; more are found on the chain. */
  endpoints: readonly string[]
  /** State folder of a devnet that runs from a clone. */
  devnetDir: string | undefined
}
