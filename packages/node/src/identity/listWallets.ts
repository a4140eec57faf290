import { readdir } from 'node:fs/promises'
import { getAddress } from 'viem'
import type { WalletInfo } from './identity.ts'
import { parseKeyFile } from './parseKeyFile.ts'
import { readSecretFile } from './readSecretFile.ts'
import { walletPath } from './walletPath.ts'

/** Names and addresses of the keys in a folder; needs no password, decrypts nothing. */
export async function listWallets({ dir }: { dir: string }): Promise<readonly WalletInfo[]> {
  const files = await readdir(dir).catch(() => [])
  const names = files.filter((file) => /^[^.].*\.json$/.test(file) && file !== 'hpke.json').sort()
  const wallets = await Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.json'.length)
      const path = walletPath(dir, name)
      const { address } = parseKeyFile(await readSecretFile(path), path)
      return address === undefined ? [] : [{ name, address: getAddress(`0x${address}`), path }]
    }),
  )
  return wallets.flat()
}
