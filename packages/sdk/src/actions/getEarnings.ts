import type { Address } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Reader } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { readCall } from './readCall.ts'

export type GetEarningsParameters = {
  /** Whose books. */
  receiver: Address
}
export type GetEarningsReturnType = { earnedUsdc: bigint; feeTakenUsdc: bigint; paidOutUsdc: bigint }

/**
 * Reads what a receiver earned by its channels, and what of it is paid out; amounts in USDC 1e-6.
 *
 * @example
 * const { earnedUsdc, paidOutUsdc } = await getEarnings(reader, { receiver })
 */
export async function getEarnings(
  client: Reader,
  { receiver }: GetEarningsParameters,
): Promise<GetEarningsReturnType> {
  const { everEarned, feeTaken, paidOut } = await readCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'earningsOf',
    args: [receiver],
    attempted: `Reading the earnings of ${receiver}`,
  })
  return { earnedUsdc: everEarned, feeTakenUsdc: feeTaken, paidOutUsdc: paidOut }
}
