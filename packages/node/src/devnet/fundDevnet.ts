import {
  approveUsdc,
  type Deployment,
  registerModel,
  stake,
  type Writer,
  waitForTransaction,
  withDeployment,
} from '@dim/sdk'
import { createWalletClient, type Hash, http } from 'viem'
import { hardhat } from 'viem/chains'
import { devAccounts } from './accounts.ts'
import type { Seeds } from './seedStore.ts'

const stakeUsdc = 100_000_000n

/** Floor of one run for each seeded model, in USDC 1e-6. */
const floors: Readonly<Record<string, bigint>> = {
  'line-reader': 2_000n,
  'symbol-classifier': 1_000n,
  'voice-activity': 500n,
}

function devWriter(rpcUrl: string, deployment: Deployment): Writer {
  const client = createWalletClient({
    account: devAccounts().dev,
    chain: hardhat,
    transport: http(rpcUrl),
    pollingInterval: 50,
    cacheTime: 0,
  })
  return withDeployment(client, deployment)
}

/** The dev account stakes for both providers, so that theirs stay free for their own processes. */
export async function stakeForProviders(rpcUrl: string, deployment: Deployment): Promise<void> {
  const writer = devWriter(rpcUrl, deployment)
  const { alice, bob } = devAccounts()
  const providers = [alice.address, bob.address]
  await mined(
    writer,
    approveUsdc(writer, {
      spender: deployment.providerRegistry,
      amountUsdc: stakeUsdc * BigInt(providers.length),
    }),
  )
  for (const provider of providers) await mined(writer, stake(writer, { provider, amountUsdc: stakeUsdc }))
}

/** The dev account owns the seeded models. */
export async function registerSeeds(
  rpcUrl: string,
  { deployment, seeds }: { deployment: Deployment; seeds: Seeds },
): Promise<void> {
  const writer = devWriter(rpcUrl, deployment)
  for (const { name, modelKey } of seeds.models) {
    const terms = { floorUsdc: floors[name] ?? 1_000n, royaltyBps: 1_000, policy: 'public' } as const
    await mined(writer, registerModel(writer, { modelKey, ...terms }))
  }
}

const mined = async (writer: Writer, hash: Promise<Hash>) => waitForTransaction(writer, { hash: await hash })
