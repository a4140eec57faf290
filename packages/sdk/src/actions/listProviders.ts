import { type Address, type Hex, isAddressEqual } from 'viem'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import type { Reader } from '../client.ts'
import { endpoint as endpointSchema } from '../messages/fields.ts'
import * as ProviderRecord from '../messages/providerRecord.ts'
import { getChainTime } from './getChainTime.ts'
import { getMinimumStake } from './getMinimumStake.ts'
import { getStakeAccount } from './getStakeAccount.ts'
import { isServiceKeyValid } from './isServiceKeyValid.ts'
import { iterateEvents } from './iterateEvents.ts'

/** What keeps a provider from being given jobs now. */
export type ProviderProblem = 'record-expired' | 'service-key-invalid' | 'stake-too-small'

/** A provider by its own signed words, checked against the chain. */
export type ListedProvider = {
  provider: Address
  record: ProviderRecord.ProviderRecord
  /** URL of its node. */
  endpoint: string
  signature: Hex
  stakeUsdc: bigint
  /** Empty when it may be given jobs. */
  problems: readonly ProviderProblem[]
}

export type ListProvidersParameters = {
  /** Only this one. */
  provider?: Address | undefined
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint | undefined
}
export type ListProvidersReturnType = ListedProvider[]

type Announcement = Pick<ListedProvider, 'record' | 'endpoint' | 'signature'>

/**
 * Lists providers from their announcements: of each the record with the highest version whose signature and endpoint hash are right,
 * and whose endpoint is an http or https URL.
 *
 * @returns Every provider, also those with problems: an expired record, a service key that is not valid now, too little stake.
 * @example
 * const usable = (await listProviders(reader)).filter(({ problems }) => problems.length === 0)
 */
export async function listProviders(
  client: Reader,
  { provider, fromBlock = client.dim.deployedAtBlock }: ListProvidersParameters = {},
): Promise<ListProvidersReturnType> {
  const announcements = await readAnnouncements(client, { provider, fromBlock })
  if (announcements.length === 0) return []
  const [at, minimumUsdc] = await Promise.all([getChainTime(client), getMinimumStake(client)])
  return Promise.all(announcements.map((announcement) => check(client, announcement, { at, minimumUsdc })))
}

async function readAnnouncements(
  client: Reader,
  { provider, fromBlock }: { provider: Address | undefined; fromBlock: bigint },
): Promise<Announcement[]> {
  const newest = new Map<Address, Announcement>()
  const events = iterateEvents(client, {
    address: client.dim.providerRegistry,
    abi: providerRegistryAbi,
    eventNames: ['ProviderAnnounced'],
    firstTopic: provider === undefined ? undefined : toTopic(provider),
    fromBlock,
    attempted: 'Listing the providers',
  })
  for await (const { args } of events) {
    const { record, endpoint, signature } = args
    const known = newest.get(record.provider)
    if (known !== undefined && known.record.version > record.version) continue
    if (!(await isGenuine(client, args))) continue
    newest.set(record.provider, { record, endpoint, signature })
  }
  return [...newest.values()]
}

async function isGenuine(client: Reader, args: Announcement & { provider: Address }): Promise<boolean> {
  const { provider, record, endpoint, signature } = args
  if (!isAddressEqual(provider, record.provider)) return false
  if (ProviderRecord.hashEndpoint(endpoint) !== record.endpointHash) return false
  if (!endpointSchema.safeParse(endpoint).success) return false
  return ProviderRecord.verify(client.dim, record, { signature, signer: provider, client })
}

async function check(
  client: Reader,
  announcement: Announcement,
  { at, minimumUsdc }: { at: number; minimumUsdc: bigint },
): Promise<ListedProvider> {
  const { provider, serviceKey, expiresAt } = announcement.record
  const [{ stakeUsdc }, keyIsValid] = await Promise.all([
    getStakeAccount(client, { provider }),
    isServiceKeyValid(client, { provider, serviceKey, at }),
  ])
  const problems: ProviderProblem[] = []
  if (expiresAt <= at) problems.push('record-expired')
  if (!keyIsValid) problems.push('service-key-invalid')
  if (stakeUsdc < minimumUsdc) problems.push('stake-too-small')
  return { provider, ...announcement, stakeUsdc, problems }
}

const toTopic = (address: Address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
