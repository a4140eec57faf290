import type { Address, Hex } from 'viem'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type IsAuthorizationUsedParameters = {
  authorizer: Address
  /** For a job, its id. */
  nonce: Hex
}
export type IsAuthorizationUsedReturnType = boolean

/**
 * Answers whether an EIP-3009 authorization was used or cancelled.
 *
 * @example
 * const used = await isAuthorizationUsed(reader, { authorizer: client, nonce: jobId })
 */
export async function isAuthorizationUsed(
  client: Reader,
  { authorizer, nonce }: IsAuthorizationUsedParameters,
): Promise<IsAuthorizationUsedReturnType> {
  return readCall(client, {
    address: client.dim.usdc,
    abi: usdcAbi,
    functionName: 'authorizationState',
    args: [authorizer, nonce],
    attempted: `Reading whether an authorization of ${authorizer} was used`,
  })
}
