import { join } from 'node:path'
import { WalletNameInvalidError } from './walletNameInvalid.ts'

/** Where the key of that name lies; a name cannot lead out of the folder. */
export function walletPath(dir: string, name: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/.test(name)) throw new WalletNameInvalidError(name)
  return join(dir, `${name}.json`)
}
