import type { Hash } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Writer } from '../client.ts'
import { sendCall } from './sendCall.ts'

export type DepositParameters = {
  /** In USDC 1e-6; the caller approved it first. */
  amountUsdc: bigint
}
export type DepositReturnType = Hash

/**
 * Credits the caller's balance in the escrow with USDC pulled from it.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `CONTRACT_ZERO_AMOUNT`, `CONTRACT_CREATION_PAUSED` or an error of the token, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await deposit(writer, { amountUsdc: 5_000_000n })
 */
export async function deposit(client: Writer, { amountUsdc }: DepositParameters): Promise<DepositReturnType> {
  return sendCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'deposit',
    args: [amountUsdc],
    attempted: `Depositing ${amountUsdc} (USDC 1e-6)`,
  })
}
