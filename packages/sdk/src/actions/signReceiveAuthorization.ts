import type { Address, Hex } from 'viem'
import type { Writer } from '../client.ts'
import { toSigner } from '../crypto/toSigner.ts'
import { getUsdcDomain } from './getUsdcDomain.ts'

const types = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

export type SignReceiveAuthorizationParameters = {
  /** The only account that can use it: `client.dim.jobEscrow` for a job. */
  to: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** Unix seconds, 0 by default. */
  validAfter?: bigint
  /** Unix seconds of the chain. */
  validBefore: bigint
  /** 32 bytes; for a job, its id. */
  nonce: Hex
}
export type SignReceiveAuthorizationReturnType = { validAfter: bigint; validBefore: bigint; signature: Hex }

/**
 * Signs that one account may pull an amount of the client's USDC once (EIP-3009, https://eips.ethereum.org/EIPS/eip-3009).
 *
 * @returns What `createJobWithAuthorization` and `submitInference` take. Nothing is sent.
 * @throws `TOKEN_DOMAIN_UNKNOWN`, or `USER_REJECTED` when the owner of the wallet refuses.
 * @example
 * const nonce = JobParams.jobId(writer.dim, params)
 * const authorization = await signReceiveAuthorization(writer, { to: writer.dim.jobEscrow, amountUsdc: params.price, validBefore, nonce })
 */
export async function signReceiveAuthorization(
  client: Writer,
  { to, amountUsdc, validAfter = 0n, validBefore, nonce }: SignReceiveAuthorizationParameters,
): Promise<SignReceiveAuthorizationReturnType> {
  const signer = toSigner(client)
  const signature = await signer.signTypedData({
    domain: await getUsdcDomain(client),
    types,
    primaryType: 'ReceiveWithAuthorization',
    message: { from: signer.address, to, value: amountUsdc, validAfter, validBefore, nonce },
  })
  return { validAfter, validBefore, signature }
}
