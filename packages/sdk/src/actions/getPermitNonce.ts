import type { Address } from 'viem'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type GetPermitNonceParameters = {
  owner: Address
}
export type GetPermitNonceReturnType = bigint

/**
 * Reads the nonce of the next EIP-2612 permit of an account.
 *
 * @example
 * const nonce = await getPermitNonce(reader, { owner })
 */
export async function getPermitNonce(
  client: Reader,
  { owner }: GetPermitNonceParameters,
): Promise<GetPermitNonceReturnType> {
  return readCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'nonces',
    args: [owner],
    attempted: `Reading the permit nonce of ${owner}`,
  })
}
