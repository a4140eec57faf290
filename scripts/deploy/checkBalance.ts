import { BaseError } from '@dim/sdk'
import { type Address, formatEther, type PublicClient } from 'viem'

/** Prices move while a deployment runs, and Polygon's storage costs more than the rehearsal's. */
const MARGIN_PERCENT = 150n

/** The deployer cannot pay the gas. */
export class InsufficientDeploymentFundsError extends BaseError {
  override readonly code = 'INSUFFICIENT_DEPLOYMENT_FUNDS'

  constructor(deployer: Address, { balance, needed }: { balance: bigint; needed: bigint }) {
    super(
      `${deployer} holds ${formatEther(balance)} POL, and the deployment may take ${formatEther(needed)} POL of gas.`,
      { charged: 'Nothing was sent or charged.', hint: `Send ${deployer} the rest and run it again.` },
    )
  }
}

/** Throws `INSUFFICIENT_DEPLOYMENT_FUNDS` unless the deployer holds the gas and half of it more. */
export async function checkBalance(
  client: PublicClient,
  { deployer, gas, gasPrice }: { deployer: Address; gas: bigint; gasPrice: bigint },
): Promise<void> {
  const balance = await client.getBalance({ address: deployer })
  const needed = (gas * gasPrice * MARGIN_PERCENT) / 100n
  if (balance < needed) throw new InsufficientDeploymentFundsError(deployer, { balance, needed })
}
