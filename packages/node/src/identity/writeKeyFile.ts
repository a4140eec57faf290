import { type Hex, hexToBytes } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import type { KeyCipher } from './keyCipher.ts'
import { writeSecretFile } from './writeSecretFile.ts'

/** Encrypts a secp256k1 key into a new file of mode 0600; its address stands beside the ciphertext, as geth does it. */
export async function writeKeyFile(
  path: string,
  privateKey: Hex,
  cipher: KeyCipher,
  { replace }: { replace: boolean } = { replace: false },
): Promise<Hex> {
  const address = privateKeyToAddress(privateKey)
  const file = await cipher.encrypt(hexToBytes(privateKey))
  const content = { address: address.slice(2).toLowerCase(), ...file }
  await writeSecretFile(path, `${JSON.stringify(content, undefined, 2)}\n`, { replace })
  return address
}
