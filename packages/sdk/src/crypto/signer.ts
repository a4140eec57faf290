import type { LocalAccount } from 'viem'

/** Whatever signs EIP-712 data: a local account of viem, or an object of the same shape around a wallet. */
export type Signer = Pick<LocalAccount, 'address' | 'signTypedData'>
