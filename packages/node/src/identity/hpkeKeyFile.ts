import { hexToBytes } from 'viem'
import { z } from 'zod'
import { hpkePublicKey } from './hpkePublicKey.ts'
import type { HpkeKey } from './identity.ts'
import type { KeyCipher } from './keyCipher.ts'
import { keyFileSchema } from './keyFile.ts'
import { KeystoreInvalidError } from './keystoreInvalid.ts'
import { readSecretFile } from './readSecretFile.ts'
import { writeSecretFile } from './writeSecretFile.ts'

const schema = z.object({
  version: z.literal(1),
  keys: z.array(z.object({ retireAfter: z.int().optional(), keystore: keyFileSchema })).min(1),
})

function parse(text: string, path: string) {
  const parsed = z
    .string()
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown
      } catch {
        context.addIssue('not JSON')
        return z.NEVER
      }
    })
    .pipe(schema)
    .safeParse(text)
  if (!parsed.success) throw new KeystoreInvalidError(path, { reason: 'it is not a file of encryption keys' })
  return parsed.data.keys
}

/** The encryption keys of a node in one file, newest (which is the current one) first. */
export function hpkeKeyFile(path: string, cipher: KeyCipher) {
  return {
    async read(): Promise<HpkeKey[]> {
      const stored = parse(await readSecretFile(path), path)
      return Promise.all(
        stored.map(async ({ retireAfter, keystore }) => {
          const privateKey = hexToBytes(await cipher.decrypt(keystore, path))
          const key = { privateKey, publicKey: hpkePublicKey(privateKey) }
          return retireAfter === undefined ? key : { ...key, retireAfter }
        }),
      )
    },
    async write(keys: readonly HpkeKey[], { replace }: { replace: boolean }): Promise<void> {
      const stored = await Promise.all(
        keys.map(async ({ privateKey, retireAfter }) => ({
          retireAfter,
          keystore: await cipher.encrypt(privateKey),
        })),
      )
      const text = JSON.stringify({ version: 1, keys: stored }, undefined, 2)
      await writeSecretFile(path, `${text}\n`, { replace })
    },
  }
}
