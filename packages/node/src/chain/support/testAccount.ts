import type { LocalAccount } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'

const MNEMONIC = 'test test test test test test test test test test test junk'

/** Hardhat's accounts, 10,000 coins each. */
export const testAccount = (addressIndex: number): LocalAccount =>
  mnemonicToAccount(MNEMONIC, { addressIndex })
