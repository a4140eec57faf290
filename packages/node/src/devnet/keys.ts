import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { createIdentity } from '../identity/createIdentity.ts'
import { importKey } from '../identity/importKey.ts'
import { devAccounts } from './accounts.ts'

/** The password is random: a costly derivation would protect nothing more. */
const scryptN = 1024

/** Key files for the user's wallet and the two providers, made once. */
export async function ensureDevKeys(dir: string, password: string): Promise<void> {
  const { dev, alice, bob } = devAccounts()
  const wallet = join(dir, 'home', 'keystore')
  await Promise.all([
    ensure(join(wallet, 'default.json'), () =>
      importKey({ dir: wallet, name: 'default', password, scryptN, privateKey: keyOf(dev) }),
    ),
    ...[
      { name: 'alice', account: alice },
      { name: 'bob', account: bob },
    ].map(({ name, account }) => {
      const keystore = join(dir, name, 'keystore')
      return ensure(join(keystore, 'account.json'), () =>
        createIdentity({ dir: keystore, password, scryptN, privateKey: keyOf(account) }),
      )
    }),
  ])
}

async function ensure(file: string, make: () => Promise<unknown>): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (!exists) await make()
}

const keyOf = (account: HDAccount) => toHex(account.getHdKey().privateKey ?? new Uint8Array())
