import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { keyCipher } from './keyCipher.ts'
import { parseKeyFile } from './parseKeyFile.ts'
import { readSecretFile } from './readSecretFile.ts'
import { walletPath } from './walletPath.ts'

export type OpenWalletOptions = { dir: string; name: string; password: string }

/** Throws `KEY_MISSING`, `KEY_FILE_READABLE`, `KEYSTORE_INVALID`, `KEYSTORE_PASSWORD_WRONG`. */
export async function openWallet({ dir, name, password }: OpenWalletOptions): Promise<LocalAccount> {
  const path = walletPath(dir, name)
  const file = parseKeyFile(await readSecretFile(path), path)
  return privateKeyToAccount(await keyCipher({ password }).decrypt(file, path))
}
