import {
  type Address,
  concat,
  encodeAbiParameters,
  encodePacked,
  type Hex,
  keccak256,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  stringToHex,
} from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'

export type ChannelConfig = {
  payer: Address
  signer: Address
  receiver: Address
  salt: number
  withdrawDelay: number
}

type Receipt = Record<(typeof receiptFields)[number]['name'], unknown>

const field = (declaration: string) => {
  const [type = '', name = ''] = declaration.split(' ')
  return { type, name }
}
const domain = (name: string, verifyingContract: Address) => ({
  name,
  version: '1',
  chainId: hardhat.id,
  verifyingContract,
})
const receiptFields = [
  'address provider',
  'address payer',
  'bytes32 channelId',
  'uint64 seq',
  'bytes32 modelKey',
  'bytes32 requestHash',
  'bytes32 responseHash',
  'bytes32 traceRoot',
  'bytes32 detailsHash',
  'uint64 tokensIn',
  'uint64 tokensOut',
  'uint128 charged',
  'uint128 cumulativeCharged',
  'uint40 servedAt',
  'bytes32 prevReceipt',
].map(field)

const DEPOSIT_TYPEHASH = keccak256(stringToHex('Deposit(bytes32 channelId,uint64 amount,bytes32 salt)'))

/** EIP-3009 nonce of a deposit into a channel. */
export const channelDepositNonce = (channelId: Hex, amount: bigint, salt: Hex) =>
  keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint64' }, { type: 'bytes32' }],
      [DEPOSIT_TYPEHASH, channelId, amount, salt],
    ),
  )

type Voucher = { channels: Address; config: ChannelConfig; channelId: Hex; amount: bigint }

/** A row of 120 bytes, as `claim` takes it. */
export async function signRow(by: PrivateKeyAccount, { channels, config, channelId, amount }: Voucher) {
  const signature = await by.signTypedData({
    domain: domain('PaymentChannels', channels),
    types: { Voucher: ['bytes32 channelId', 'uint128 maxClaimableAmount'].map(field) },
    primaryType: 'Voucher',
    message: { channelId, maxClaimableAmount: amount },
  })
  const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)))
  const head = encodePacked(
    ['address', 'address', 'uint32', 'uint32', 'uint64'],
    [config.payer, config.signer, config.salt, config.withdrawDelay, amount],
  )
  return concat([head, compact])
}

export const signReceipt = (by: PrivateKeyAccount, providerRegistry: Address, message: Receipt) =>
  by.signTypedData({
    domain: domain('ProviderRegistry', providerRegistry),
    types: { InferenceReceipt: receiptFields },
    primaryType: 'InferenceReceipt',
    message,
  })
