import {
  announceProvider,
  approveUsdc,
  Envelope,
  getChainTime,
  ModelManifest,
  ProviderRecord,
  registerModel,
  ServiceKey,
  setServiceKey,
  stake,
  type Writer,
  waitForTransaction,
} from '@dim/sdk'
import { bytesToHex, type Hex, type LocalAccount, zeroHash } from 'viem'
import type { TestChain } from '../chain.ts'
import { doublerManifest } from '../doubler.ts'
import type { ProviderState } from './state.ts'

const stakeUsdc = 100_000_000n

/** Registers a doubler of the account's own, with a floor of 1,000 (USDC 1e-6). */
export async function registerDoubler(
  chain: TestChain,
  account: LocalAccount,
): Promise<ModelManifest.ModelManifest> {
  const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
  const manifest = doublerManifest({ publisher: account.address, salt })
  const terms = { floorUsdc: 1_000n, royaltyBps: 500, policy: 'public' } as const
  const writer = chain.writer(account)
  await done(writer, registerModel(writer, { modelKey: ModelManifest.key(manifest), ...terms }))
  return manifest
}

/** Stakes, and sets the service key. */
export async function enrol({ chain, account, serviceAccount, writer }: ProviderState): Promise<void> {
  const provider = account.address
  const amountUsdc = stakeUsdc
  await done(writer, approveUsdc(writer, { spender: chain.deployment.providerRegistry, amountUsdc }))
  await done(writer, stake(writer, { provider, amountUsdc }))
  const validFrom = (await getChainTime(chain.reader)) + 60
  const serviceKey = serviceAccount.address
  const proof = await ServiceKey.sign(
    chain.deployment,
    { provider, key: serviceKey, validFrom },
    serviceAccount,
  )
  await done(writer, setServiceKey(writer, { serviceKey, validFrom, proof }))
  await chain.passTime(61)
}

/** Publishes the provider's record with the endpoint at which it listens. */
export async function announce(
  state: ProviderState,
  overrides: Partial<ProviderRecord.ProviderRecord> = {},
): Promise<void> {
  const { chain, account, serviceAccount, hpke, endpoint, writer } = state
  const record = {
    provider: account.address,
    serviceKey: serviceAccount.address,
    hpkeKey: Envelope.toHex(hpke.publicKey),
    peerIdHash: zeroHash,
    endpointHash: ProviderRecord.hashEndpoint(endpoint),
    version: 1n,
    expiresAt: (await getChainTime(chain.reader)) + 30 * 86_400,
    ...overrides,
  } as ProviderRecord.ProviderRecord
  const signature = await ProviderRecord.sign(chain.deployment, record, account)
  state.announced = { record, signature }
  await done(writer, announceProvider(writer, { record, endpoint, signature }))
}

async function done(writer: Writer, hash: Promise<Hex>): Promise<void> {
  await waitForTransaction(writer, { hash: await hash })
}
