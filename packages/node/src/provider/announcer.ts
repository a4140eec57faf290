import {
  getChainTime,
  isServiceKeyValid,
  listProviders,
  type ProviderRecord,
  type Reader,
  ServiceKey,
} from '@dim/sdk'
import type { Logger } from 'pino'
import { isAddressEqual, toHex } from 'viem'
import type { Identity } from '../identity/identity.ts'
import { type SignedProviderRecord, signProviderRecord } from '../identity/signProviderRecord.ts'
import type { ChainActs } from './chainActs.ts'

const RECORD_SECONDS = 30 * 86_400
const RENEW_BEFORE_SECONDS = 7 * 86_400

export type AnnouncerOptions = {
  reader: Reader
  identity: Identity
  /** URL under which clients reach this node; known once it listens. */
  endpoint: () => string
  acts: Pick<ChainActs, 'announce' | 'setServiceKey'>
  logger: Logger
}

type Announced = { record: ProviderRecord.ProviderRecord; endpoint: string; signature: `0x${string}` }

export type Announcer = ReturnType<typeof createAnnouncer>

/** Keeps what the chain says about this provider up to date: its service key, its encryption key, its endpoint. */
export function createAnnouncer({ reader, identity, endpoint, acts, logger }: AnnouncerOptions) {
  const provider = identity.account.address
  const serviceKey = identity.serviceAccount.address
  let current: SignedProviderRecord | undefined

  const isCurrent = ({ record, endpoint: announced }: Announced, now: number): boolean =>
    announced === endpoint() &&
    isAddressEqual(record.serviceKey, serviceKey) &&
    record.hpkeKey === toHex(identity.hpke.current.publicKey) &&
    record.expiresAt - now > RENEW_BEFORE_SECONDS

  const setServiceKey = async (now: number): Promise<void> => {
    if (await isServiceKeyValid(reader, { provider, serviceKey, at: now })) return
    // validFrom 0 is the time of the block that takes it, so that the key signs from the first second on.
    const proof = await ServiceKey.sign(
      reader.dim,
      { provider, key: serviceKey, validFrom: 0 },
      identity.serviceAccount,
    )
    await acts.setServiceKey(serviceKey, proof)
    logger.info({ serviceKey }, 'service key was set')
  }

  const announce = async (now: number): Promise<void> => {
    const [last] = await listProviders(reader, { provider })
    if (last !== undefined && isCurrent(last, now)) {
      current = { record: last.record, endpoint: last.endpoint, signature: last.signature }
      return
    }
    const version = (last?.record.version ?? 0n) + 1n
    const expiresAt = now + RECORD_SECONDS
    const signed = await signProviderRecord({
      identity,
      deployment: reader.dim,
      endpoint: endpoint(),
      version,
      expiresAt,
    })
    await acts.announce(signed.record, signed.endpoint, signed.signature)
    current = signed
    logger.info({ endpoint: signed.endpoint, version: version.toString() }, 'provider was announced')
  }

  return {
    /** What is announced; undefined before the first `refresh`. */
    get record(): SignedProviderRecord | undefined {
      return current
    },
    /** Sets the service key and announces, each only where the chain says otherwise. */
    async refresh(): Promise<void> {
      const now = await getChainTime(reader)
      await setServiceKey(now)
      await announce(now)
    },
  }
}
