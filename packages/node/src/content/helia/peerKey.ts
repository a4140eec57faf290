import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { KeyMissingError } from '../../identity/keyMissing.ts'
import { readSecretFile } from '../../identity/readSecretFile.ts'
import { writeSecretFile } from '../../identity/writeSecretFile.ts'

/** The Ed25519 key behind the peer id, the same after a restart. It guards no money, so it has no password. */
export async function peerKey(dir: string) {
  const path = join(dir, 'peer.key')
  try {
    return privateKeyFromProtobuf(Buffer.from(await readSecretFile(path), 'base64'))
  } catch (error) {
    if (!(error instanceof KeyMissingError)) throw error
  }
  const key = await generateKeyPair('Ed25519')
  await writeSecretFile(path, Buffer.from(privateKeyToProtobuf(key)).toString('base64'), { replace: false })
  return key
}
