import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BaseError } from '@dim/sdk'
import { z } from 'zod'
import { writeSecretFile } from '../../identity/writeSecretFile.ts'

/** Kept jobs cannot be opened with this password. */
export class JobKeyUnreadableError extends BaseError {
  override readonly code = 'WALLET_JOBS_UNREADABLE'

  constructor(path: string, cause: unknown) {
    super(`The key of the kept jobs in ${path} does not open with this password.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Give the password with which the first job of this wallet was made.',
    })
  }
}

const schema = z.strictObject({
  version: z.literal(1),
  scrypt: z.strictObject({
    n: z.int().max(1_048_576),
    r: z.int().max(32),
    p: z.int().max(8),
    salt: z.base64(),
  }),
  wrapped: z.base64(),
})

const cost = { n: 32_768, r: 8, p: 1 }

/** The random key under which jobs are kept: itself encrypted with a key derived from the wallet's password. */
export async function openJobKey(path: string, password: string): Promise<Buffer> {
  const stored = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (stored === undefined) return createJobKey(path, password)
  try {
    const { scrypt: parameters, wrapped } = schema.parse(JSON.parse(stored))
    const wrapping = await derive(password, { ...parameters, salt: Buffer.from(parameters.salt, 'base64') })
    return decrypt(wrapping, Buffer.from(wrapped, 'base64'), 'jobs')
  } catch (error) {
    throw new JobKeyUnreadableError(path, error)
  }
}

async function createJobKey(path: string, password: string): Promise<Buffer> {
  const salt = randomBytes(32)
  const key = randomBytes(32)
  const wrapped = encrypt(await derive(password, { ...cost, salt }), key, 'jobs')
  const content = {
    version: 1,
    scrypt: { ...cost, salt: salt.toString('base64') },
    wrapped: wrapped.toString('base64'),
  }
  await writeSecretFile(path, `${JSON.stringify(content)}\n`, { replace: false })
  return key
}

function derive(
  password: string,
  { n, r, p, salt }: { n: number; r: number; p: number; salt: Buffer },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

/** nonce ‖ ciphertext ‖ tag, AES-256-GCM; `purpose` is authenticated with it. */
export function encrypt(key: Uint8Array, plain: Uint8Array, purpose: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export function decrypt(key: Uint8Array, sealed: Uint8Array, purpose: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(purpose))
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}
