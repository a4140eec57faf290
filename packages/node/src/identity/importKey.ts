import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { NewWalletOptions } from './createWallet.ts'
import { keyCipher } from './keyCipher.ts'
import { parsePrivateKey } from './parsePrivateKey.ts'
import { walletPath } from './walletPath.ts'
import { writeKeyFile } from './writeKeyFile.ts'

/** Encrypts a key that the user has into `dir/name.json`; throws `PRIVATE_KEY_INVALID`, `KEY_EXISTS`. */
export async function importKey(options: NewWalletOptions & { privateKey: string }): Promise<LocalAccount> {
  const { dir, name, privateKey: text, ...secrets } = options
  const privateKey = parsePrivateKey(text)
  await writeKeyFile(walletPath(dir, name), privateKey, keyCipher(secrets))
  return privateKeyToAccount(privateKey)
}
