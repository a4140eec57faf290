import type { Address, Hash, Hex } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type DepositWithAuthorizationParameters = {
  /** Who pays and is credited. */
  from: Address
  /** In USDC 1e-6. */
  amountUsdc: bigint
  /** 32 bytes that make the nonce unique. */
  salt: Hex
  /** Unix seconds, 0 by default. */
  validAfter?: bigint
  /** Unix seconds of the chain. */
  validBefore: bigint
  /** EIP-3009 signature whose nonce is `depositNonce(from, amount, salt)`. */
  signature: Hex
}
export type DepositWithAuthorizationReturnType = Hash

/**
 * Credits an account's balance in the escrow by its EIP-3009 signature; anybody relays.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_CREATION_PAUSED` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await depositWithAuthorization(writer, { from, amountUsdc, salt, validBefore, signature })
 */
export async function depositWithAuthorization(
  client: Writer,
  { from, amountUsdc, salt, validAfter = 0n, validBefore, signature }: DepositWithAuthorizationParameters,
): Promise<DepositWithAuthorizationReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'depositWithAuthorization',
    args: [from, amountUsdc, salt, validAfter, validBefore, signature],
    attempted: `Depositing ${amountUsdc} (USDC 1e-6) for ${from}`,
  })
}
