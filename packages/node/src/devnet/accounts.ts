import { type HDAccount, mnemonicToAccount } from 'viem/accounts'

/** Known to everybody: accounts of Hardhat's chain, worth nothing anywhere else. */
const mnemonic = 'test test test test test test test test test test test junk'

export type DevAccounts = { dev: HDAccount; alice: HDAccount; bob: HDAccount }

/** #0 is the user's and owns the contracts, #1 and #2 run providers. */
export function devAccounts(): DevAccounts {
  const at = (addressIndex: number) => mnemonicToAccount(mnemonic, { addressIndex })
  return { dev: at(0), alice: at(1), bob: at(2) }
}
