import type { LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { keyCipher } from './keyCipher.ts'
import { walletPath } from './walletPath.ts'
import { writeKeyFile } from './writeKeyFile.ts'

export type NewWalletOptions = { dir: string; name: string; password: string; scryptN?: number | undefined }

/** Makes a key of its own, encrypted under `dir/name.json`; throws `KEY_EXISTS` rather than overwrite. */
export async function createWallet({ dir, name, ...secrets }: NewWalletOptions): Promise<LocalAccount> {
  const privateKey = generatePrivateKey()
  await writeKeyFile(walletPath(dir, name), privateKey, keyCipher(secrets))
  return privateKeyToAccount(privateKey)
}
