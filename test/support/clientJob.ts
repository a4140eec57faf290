import { type ClientJob, Envelope, ProviderRecord } from '@dim/sdk'
import { type Address, type Hex, zeroHash } from 'viem'
import { doublerManifest } from './doubler.ts'

const address = (byte: string): Address => `0x${byte.repeat(20)}`
const hash = (byte: string): Hex => `0x${byte.repeat(32)}`

/** A record of a job with fresh keys, as `runJob` would store it, whose signature is missing. */
export async function clientJob(overrides: Partial<ClientJob> = {}): Promise<ClientJob> {
  const { privateKey } = await Envelope.keyPair()
  const endpoint = 'http://127.0.0.1:4000'
  const terms = {
    modelKey: hash('aa'),
    price: 2_000n,
    floor: 1_000n,
    feeBps: 100,
    royaltyBps: 500,
    challengeWindow: 60,
  }
  const parties = { provider: address('11'), client: address('22') }
  return {
    jobId: hash('01'),
    stage: 'prepared',
    genesisHash: hash('0f'),
    jobEscrow: address('33'),
    params: {
      ...parties,
      ...terms,
      inputCommit: hash('bb'),
      inputRef: hash('cc'),
      submitBy: 1_900_000_000,
      verifyMode: 0,
      groupId: zeroHash,
      nonce: 2n ** 95n + 1n,
    },
    accessProof: '0x',
    quote: {
      ...parties,
      ...terms,
      secondsToSubmit: 120,
      maxInputBytes: 65_536,
      expiresAt: 1_899_999_940,
      nonce: hash('dd'),
    },
    quoteSignature: `0x${'ab'.repeat(65)}`,
    provider: {
      record: {
        provider: parties.provider,
        serviceKey: address('44'),
        hpkeKey: hash('ee'),
        peerIdHash: zeroHash,
        endpointHash: ProviderRecord.hashEndpoint(endpoint) as `0x${string}`,
        version: 1n,
        expiresAt: 2_000_000_000,
      },
      endpoint,
    },
    manifest: doublerManifest({ publisher: address('55') }),
    isPublic: false,
    salt: hash('66'),
    replyPrivateKey: privateKey,
    inputBlocks: [new Uint8Array([0, 1, 254, 255])],
    fromBlock: 7n,
    createdAtMs: 1_800_000_000_000,
    ...overrides,
  }
}
