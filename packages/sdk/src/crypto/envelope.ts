export { chunkRefs, describe, type EnvelopeInfo } from './envelope/header.ts'
export { fromHex, type KeyPair, keyPair, type PrivateKey, toHex } from './envelope/keys.ts'
export { type OpenOptions, open, openPlain } from './envelope/open.ts'
export { type Envelope, plain, type SealOptions, seal } from './envelope/seal.ts'
