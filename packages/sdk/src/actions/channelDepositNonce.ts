import { encodeAbiParameters, type Hex, keccak256, stringToBytes } from 'viem'

const typeHash = keccak256(stringToBytes('Deposit(bytes32 channelId,uint64 amount,bytes32 salt)'))
const fields = [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint64' }, { type: 'bytes32' }] as const

/**
 * The EIP-3009 nonce of a deposit into a channel, as the contract computes it: the signature serves nothing else.
 *
 * @returns 32 bytes for `signReceiveAuthorization`; `signChannelDeposit` does both.
 * @example
 * const nonce = channelDepositNonce({ channelId, amountUsdc, salt })
 */
export function channelDepositNonce(options: { channelId: Hex; amountUsdc: bigint; salt: Hex }): Hex {
  const { channelId, amountUsdc, salt } = options
  return keccak256(encodeAbiParameters(fields, [typeHash, channelId, amountUsdc, salt]))
}
