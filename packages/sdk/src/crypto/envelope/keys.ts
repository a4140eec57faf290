import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { EnvelopeKeyInvalidError } from '../../errors/envelopeKeyInvalid.ts'

/** A raw X25519 private key of 32 bytes, or a pair that a browser keeps and does not give away. */
export type PrivateKey = Uint8Array | CryptoKeyPair

/** An X25519 key pair, 32 bytes each. */
export type KeyPair = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }

/** HPKE base mode with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180). */
export const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})

/**
 * Makes a fresh X25519 key pair from the platform's randomness.
 *
 * @returns Raw keys of 32 bytes each.
 * @example const { publicKey: replyKey, privateKey } = await Envelope.keyPair()
 */
export async function keyPair(): Promise<KeyPair> {
  const pair = await suite.kem.generateKeyPair()
  const publicKey = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))
  const privateKey = new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey))
  return { publicKey, privateKey }
}

/**
 * A public key as in a provider record: 32 bytes of hex.
 *
 * @example const record = { ...keys, hpkeKey: Envelope.toHex(publicKey) }
 */
export const toHex = (publicKey: Uint8Array): Hex => bytesToHex(publicKey)

/**
 * A public key from a provider record: the inverse of `toHex`.
 *
 * @example const recipientKey = Envelope.fromHex(record.hpkeKey)
 */
export const fromHex = (hpkeKey: Hex): Uint8Array => hexToBytes(hpkeKey)

/** Reads a raw public key. Throws `ENVELOPE_KEY_INVALID`. */
export async function importPublicKey(key: Uint8Array): Promise<CryptoKey> {
  if (key.length !== 32) throw new EnvelopeKeyInvalidError(`it has ${key.length} bytes`)
  try {
    return await suite.kem.deserializePublicKey(new Uint8Array(key).buffer)
  } catch (cause) {
    throw new EnvelopeKeyInvalidError('it is no public key', cause)
  }
}

/** Reads a private key, or takes the browser's pair as it is. Throws `ENVELOPE_KEY_INVALID`. */
export async function importPrivateKey(key: PrivateKey): Promise<CryptoKey | CryptoKeyPair> {
  if (!(key instanceof Uint8Array)) return key
  if (key.length !== 32) throw new EnvelopeKeyInvalidError(`it has ${key.length} bytes`)
  try {
    return await suite.kem.deserializePrivateKey(new Uint8Array(key).buffer)
  } catch (cause) {
    throw new EnvelopeKeyInvalidError('it is no private key', cause)
  }
}
