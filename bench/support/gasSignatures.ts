import { type Address, encodeAbiParameters, type Hex, keccak256, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'

const field = (declaration: string) => {
  const [type = '', name = ''] = declaration.split(' ')
  return { type, name }
}
const struct = (...declarations: string[]) => declarations.map(field)
const domain = (name: string, version: string, verifyingContract: Address) => ({
  name,
  version,
  chainId: hardhat.id,
  verifyingContract,
})

const DEPOSIT_TYPEHASH = keccak256(stringToHex('Deposit(address from,uint64 amount,bytes32 salt)'))

/** EIP-3009 nonce of a deposit into the escrow. */
export const depositNonce = (from: Address, amount: bigint, salt: Hex) =>
  keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'address' }, { type: 'uint64' }, { type: 'bytes32' }],
      [DEPOSIT_TYPEHASH, from, amount, salt],
    ),
  )

export type Payment = { usdc: Address; to: Address; value: bigint; validBefore: bigint; nonce: Hex }

export const signPayment = (by: PrivateKeyAccount, { usdc, ...payment }: Payment) =>
  by.signTypedData({
    domain: domain('USD Coin', '2', usdc),
    types: {
      ReceiveWithAuthorization: struct(
        'address from',
        'address to',
        'uint256 value',
        'uint256 validAfter',
        'uint256 validBefore',
        'bytes32 nonce',
      ),
    },
    primaryType: 'ReceiveWithAuthorization',
    message: { from: by.address, validAfter: 0n, ...payment },
  })

type Permit = { spender: Address; value: bigint; nonce: bigint; deadline: bigint }

export const signPermit = (by: PrivateKeyAccount, usdc: Address, permit: Permit) =>
  by.signTypedData({
    domain: domain('USD Coin', '2', usdc),
    types: {
      Permit: struct(
        'address owner',
        'address spender',
        'uint256 value',
        'uint256 nonce',
        'uint256 deadline',
      ),
    },
    primaryType: 'Permit',
    message: { owner: by.address, ...permit },
  })

export type Result = { jobId: Hex; resultCommit: Hex; resultRef: Hex; charged: bigint }

const resultFields = struct('bytes32 jobId', 'bytes32 resultCommit', 'bytes32 resultRef', 'uint64 charged')

export const signSubmission = (by: PrivateKeyAccount, jobEscrow: Address, message: Result) =>
  by.signTypedData({
    domain: domain('JobEscrow', '1', jobEscrow),
    types: { ResultSubmission: resultFields },
    primaryType: 'ResultSubmission',
    message,
  })

export const signAcceptance = (by: PrivateKeyAccount, jobEscrow: Address, message: Result) =>
  by.signTypedData({
    domain: domain('JobEscrow', '1', jobEscrow),
    types: { Acceptance: resultFields },
    primaryType: 'Acceptance',
    message,
  })

export const signServiceKey = (by: PrivateKeyAccount, providerRegistry: Address, provider: Address) =>
  by.signTypedData({
    domain: domain('ProviderRegistry', '1', providerRegistry),
    types: { ServiceKey: struct('address provider', 'address key', 'uint40 validFrom') },
    primaryType: 'ServiceKey',
    message: { provider, key: by.address, validFrom: 0 },
  })
