import { randomBytes } from 'node:crypto'
import { Keystore } from 'ox'
import type { Hex } from 'viem'
import { deriveKey } from './deriveKey.ts'
import { type KdfParams, type KeyFile, keyFileSchema } from './keyFile.ts'
import { KeystorePasswordWrongError } from './keystorePasswordWrong.ts'
import { PasswordWeakError } from './passwordWeak.ts'

/** geth's standard: about 256 MiB and most of a second for each guess. */
const STANDARD_N = 262_144
const MIN_PASSWORD = 8

export type KeyCipher = {
  encrypt(secret: Uint8Array): Promise<KeyFile>
  /** `path` is for the error. */
  decrypt(file: KeyFile, path: string): Promise<Hex>
}

export type KeyCipherOptions = {
  password: string
  /** Cost of scrypt; lower it only for a password that is a random key itself. */
  scryptN?: number | undefined
}

/** Encrypts and decrypts with one password; keys with equal parameters share one run of scrypt. */
export function keyCipher({ password, scryptN = STANDARD_N }: KeyCipherOptions): KeyCipher {
  const derived = new Map<string, Promise<Hex>>()
  const own: KdfParams = { dklen: 32, n: scryptN, r: 8, p: 1, salt: randomBytes(32).toString('hex') }

  const derive = (params: KdfParams): Promise<Hex> => {
    const name = JSON.stringify([params.n, params.r, params.p, params.salt])
    const known = derived.get(name)
    if (known !== undefined) return known
    const key = deriveKey(password, params)
    derived.set(name, key)
    return key
  }

  return {
    async encrypt(secret) {
      if (password.length < MIN_PASSWORD) throw new PasswordWeakError({ minLength: MIN_PASSWORD })
      const key = await derive(own)
      const options = { kdf: 'scrypt', kdfparams: own, iv: new Uint8Array(randomBytes(16)) } as const
      return keyFileSchema.parse(Keystore.encrypt(secret, key, options))
    },
    async decrypt(file, path) {
      const key = await derive(file.crypto.kdfparams)
      try {
        return Keystore.decrypt(file, key)
      } catch (cause) {
        throw new KeystorePasswordWrongError(path, { cause })
      }
    },
  }
}
