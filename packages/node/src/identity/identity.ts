import type { Hex, LocalAccount } from 'viem'

export type HpkeKey = {
  publicKey: Uint8Array
  privateKey: Uint8Array
  /** Unix seconds; undefined while the key is current. */
  retireAfter?: number
}

export type Identity = {
  /** The EVM account: stakes, is paid, signs its transactions. */
  account: LocalAccount
  /** Signs quotes and receipts; may submit and decline. */
  serviceAccount: LocalAccount
  hpke: { current: HpkeKey; all: readonly HpkeKey[] }
}

/** Asked only when a key must be opened. Answers from a file, a prompt or a test. */
export type PasswordSource = () => Promise<string>

export type WalletInfo = { name: string; address: Hex; path: string }
