import { type Deployment, ProviderRecord } from '@dim/sdk'
import { type Hex, toHex, zeroHash } from 'viem'
import type { Identity } from './identity.ts'

export type SignProviderRecordOptions = {
  identity: Identity
  deployment: Deployment
  /** Public URL, exactly as it is announced. */
  endpoint: string
  /** Higher than that of every former record. */
  version: bigint
  /** Chain time, seconds. */
  expiresAt: number
}

export type SignedProviderRecord = { record: ProviderRecord.ProviderRecord; endpoint: string; signature: Hex }

/** Binds endpoint, service key and encryption key to the EVM account; there is no libp2p peer yet. */
export async function signProviderRecord(options: SignProviderRecordOptions): Promise<SignedProviderRecord> {
  const { identity, deployment, endpoint, version, expiresAt } = options
  const record = {
    provider: identity.account.address,
    serviceKey: identity.serviceAccount.address,
    hpkeKey: toHex(identity.hpke.current.publicKey),
    peerIdHash: zeroHash,
    endpointHash: ProviderRecord.hashEndpoint(endpoint),
    version,
    expiresAt,
  }
  return { record, endpoint, signature: await ProviderRecord.sign(deployment, record, identity.account) }
}
