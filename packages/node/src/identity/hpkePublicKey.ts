import { createPrivateKey, createPublicKey } from 'node:crypto'

/** PKCS #8 up to the 32 bytes of an X25519 private key (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** The raw X25519 public key of a raw private key. */
export function hpkePublicKey(privateKey: Uint8Array): Uint8Array {
  const key = Buffer.concat([PKCS8_PREFIX, privateKey])
  const spki = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
  return new Uint8Array(spki.export({ format: 'der', type: 'spki' }).subarray(-32))
}
