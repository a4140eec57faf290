import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { PrivateKeyInvalidError } from './privateKeyInvalid.ts'

/** Reads a secp256k1 key from what a user pasted. */
export function parsePrivateKey(text: string): Hex {
  const digits = text.trim().replace(/^0x/i, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new PrivateKeyInvalidError()
  const key: Hex = `0x${digits}`
  try {
    privateKeyToAccount(key)
  } catch {
    // The library's message may quote the key.
    throw new PrivateKeyInvalidError()
  }
  return key
}
