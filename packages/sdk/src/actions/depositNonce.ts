import { type Address, encodeAbiParameters, type Hex, keccak256, stringToBytes } from 'viem'

const typeHash = keccak256(stringToBytes('Deposit(address from,uint64 amount,bytes32 salt)'))
const fields = [{ type: 'bytes32' }, { type: 'address' }, { type: 'uint64' }, { type: 'bytes32' }] as const

/**
 * The EIP-3009 nonce of a deposit into the escrow, as the contract computes it.
 *
 * @returns 32 bytes for `signReceiveAuthorization`.
 * @example
 * const nonce = depositNonce({ from: writer.account.address, amountUsdc, salt })
 */
export function depositNonce(options: { from: Address; amountUsdc: bigint; salt: Hex }): Hex {
  const { from, amountUsdc, salt } = options
  return keccak256(encodeAbiParameters(fields, [typeHash, from, amountUsdc, salt]))
}
