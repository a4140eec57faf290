import { privateKeyToAccount } from 'viem/accounts'
import { hpkeKeyFile } from './hpkeKeyFile.ts'
import type { Identity } from './identity.ts'
import { identityPaths } from './identityPaths.ts'
import { type KeyCipher, keyCipher } from './keyCipher.ts'
import { KeystoreInvalidError } from './keystoreInvalid.ts'
import { parseKeyFile } from './parseKeyFile.ts'
import { readSecretFile } from './readSecretFile.ts'

export type OpenIdentityOptions = { dir: string; password: string }

const openAccount = async (path: string, cipher: KeyCipher) => {
  const file = parseKeyFile(await readSecretFile(path), path)
  return privateKeyToAccount(await cipher.decrypt(file, path))
}

/** Throws `KEY_MISSING`, `KEY_FILE_READABLE`, `KEYSTORE_INVALID`, `KEYSTORE_PASSWORD_WRONG`. */
export async function openIdentity({ dir, password }: OpenIdentityOptions): Promise<Identity> {
  const paths = identityPaths(dir)
  const cipher = keyCipher({ password })
  const account = await openAccount(paths.account, cipher)
  const serviceAccount = await openAccount(paths.service, cipher)
  const all = await hpkeKeyFile(paths.hpke, cipher).read()
  const current = all.find(({ retireAfter }) => retireAfter === undefined)
  if (current === undefined) throw new KeystoreInvalidError(paths.hpke, { reason: 'it has no current key' })
  return { account, serviceAccount, hpke: { current, all } }
}
