import { generateKeyPairSync } from 'node:crypto'
import { hpkePublicKey } from './hpkePublicKey.ts'
import type { HpkeKey } from './identity.ts'

/** A fresh X25519 key, raw. */
export function generateHpkeKey(): HpkeKey {
  const der = generateKeyPairSync('x25519').privateKey.export({ format: 'der', type: 'pkcs8' })
  const privateKey = new Uint8Array(der.subarray(-32))
  return { privateKey, publicKey: hpkePublicKey(privateKey) }
}
