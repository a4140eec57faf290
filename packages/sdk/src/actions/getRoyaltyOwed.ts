import type { Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

export type GetRoyaltyOwedParameters = {
  /** SHA-256 of the manifest. */
  modelKey: Hex
}
export type GetRoyaltyOwedReturnType = bigint

/**
 * Reads royalty that was earned and not yet paid out.
 *
 * @returns USDC 1e-6.
 * @example
 * const owedUsdc = await getRoyaltyOwed(reader, { modelKey })
 */
export async function getRoyaltyOwed(
  client: Reader,
  { modelKey }: GetRoyaltyOwedParameters,
): Promise<GetRoyaltyOwedReturnType> {
  const { royalty } = await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'proceedsOf',
    args: [modelKey],
    attempted: `Reading the royalty of model ${modelKey}`,
  })
  return royalty
}
