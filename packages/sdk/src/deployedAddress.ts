import type { Address } from 'viem'
import { NotDeployedError } from './errors/notDeployed.ts'

type LaterContract = 'paymentChannels' | 'receiptAnchor' | 'equivocationModule'
type Addresses<name extends LaterContract> = { readonly chainId: number } & {
  readonly [key in name]?: Address | undefined
}

/** Address of a contract that not every deployment has; throws `NOT_DEPLOYED` where it is missing. */
export function deployedAddress<name extends LaterContract>(
  deployment: Addresses<name>,
  name: name,
): Address {
  const address: Address | undefined = deployment[name]
  if (address === undefined) throw new NotDeployedError(name, deployment.chainId)
  return address
}
