import type { Address, Hex } from 'viem'
import type { Writer } from '../client.ts'
import { toSigner } from '../crypto/toSigner.ts'
import { getPermitNonce } from './getPermitNonce.ts'
import { getUsdcDomain } from './getUsdcDomain.ts'

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

export type SignPermitParameters = {
  /** Who may spend it: `client.dim.jobEscrow` for a job. */
  spender: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** Unix seconds of the chain. */
  deadline: bigint
  /** Of the permit; the next one of the account by default. */
  nonce?: bigint | undefined
}
export type SignPermitReturnType = { deadline: bigint; signature: Hex }

/**
 * Signs an allowance of the client's USDC (EIP-2612, https://eips.ethereum.org/EIPS/eip-2612).
 *
 * @returns What `createJobWithPermit` and `depositToChannelWithPermit` take. Nothing is sent.
 * @throws `TOKEN_DOMAIN_UNKNOWN`, or `USER_REJECTED` when the owner of the wallet refuses.
 * @example
 * const permit = await signPermit(writer, { spender: writer.dim.jobEscrow, amountUsdc: params.price, deadline })
 */
export async function signPermit(
  client: Writer,
  { spender, amountUsdc, deadline, nonce }: SignPermitParameters,
): Promise<SignPermitReturnType> {
  const signer = toSigner(client)
  const owner = signer.address
  const signature = await signer.signTypedData({
    domain: await getUsdcDomain(client),
    types,
    primaryType: 'Permit',
    message: {
      owner,
      spender,
      value: amountUsdc,
      nonce: nonce ?? (await getPermitNonce(client, { owner })),
      deadline,
    },
  })
  return { deadline, signature }
}
