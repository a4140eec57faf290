import { access } from 'node:fs/promises'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { generateHpkeKey } from './generateHpkeKey.ts'
import { hpkeKeyFile } from './hpkeKeyFile.ts'
import type { Identity } from './identity.ts'
import { identityPaths } from './identityPaths.ts'
import { keyCipher } from './keyCipher.ts'
import { KeyExistsError } from './keyExists.ts'
import { parsePrivateKey } from './parsePrivateKey.ts'
import { writeKeyFile } from './writeKeyFile.ts'

export type CreateIdentityOptions = {
  dir: string
  password: string
  /** The EVM key, when the operator brings one. */
  privateKey?: string | undefined
  scryptN?: number | undefined
}

/**
 * Makes the keys of a node. The EVM account comes last: where it is, the rest is; what a crash left without it
 * is replaced.
 */
export async function createIdentity(options: CreateIdentityOptions): Promise<Identity> {
  const paths = identityPaths(options.dir)
  const exists = await access(paths.account).then(
    () => true,
    () => false,
  )
  if (exists) throw new KeyExistsError(paths.account)
  const cipher = keyCipher(options)
  const accountKey =
    options.privateKey === undefined ? generatePrivateKey() : parsePrivateKey(options.privateKey)
  const serviceKey = generatePrivateKey()
  const hpke = generateHpkeKey()
  await hpkeKeyFile(paths.hpke, cipher).write([hpke], { replace: true })
  await writeKeyFile(paths.service, serviceKey, cipher, { replace: true })
  await writeKeyFile(paths.account, accountKey, cipher)
  return {
    account: privateKeyToAccount(accountKey),
    serviceAccount: privateKeyToAccount(serviceKey),
    hpke: { current: hpke, all: [hpke] },
  }
}
