import type { Address } from 'viem'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetSlashAmountParameters = {
  /** Who would lose it. */
  provider: Address
  /** Charge of the dearer receipt, in USDC 1e-6. */
  chargedUsdc: bigint
}
export type GetSlashAmountReturnType = bigint

/**
 * Reads what a contradiction would cost a provider now: ten times the charge or 5 % of its stake, whichever is more.
 *
 * @example
 * const amountUsdc = await getSlashAmount(reader, { provider, chargedUsdc: receipt.charged })
 */
export async function getSlashAmount(
  client: Reader,
  { provider, chargedUsdc }: GetSlashAmountParameters,
): Promise<GetSlashAmountReturnType> {
  return readCall(client, {
    address: deployedAddress(client.dim, 'equivocationModule'),
    abi: equivocationModuleAbi,
    functionName: 'slashAmount',
    args: [provider, chargedUsdc],
    attempted: `Reading what a contradiction costs ${provider}`,
  })
}
