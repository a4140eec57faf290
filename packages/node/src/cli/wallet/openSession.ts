import { join } from 'node:path'
import type { ClientJobStore } from '@dim/sdk'
import type { LocalAccount } from 'viem'
import { openWallet } from '../../identity/openWallet.ts'
import type { Context } from '../context.ts'
import type { Network } from '../network/network.ts'
import { type ChainClient, openChain } from '../network/openChain.ts'
import { openWriter, type WriteSession } from '../network/openWriter.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { createFileJobStore } from '../store/fileJobStore.ts'
import { passwordSource } from './passwordSource.ts'
import { walletHome } from './walletHome.ts'

/** A chain and a wallet that is open. */
export type Session = WriteSession & {
  network: Network
  chain: ChainClient
  account: LocalAccount
  home: string
  jobs: ClientJobStore
}

/** Checks the chain first, so that nobody types a password for nothing; then opens the wallet. */
export async function openSession(
  context: Context,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<Session> {
  const network = await resolveNetwork(context)
  const [chain, { home, keystore, name, passwordFile }] = await Promise.all([
    openChain(network),
    walletHome(context),
  ])
  const password = passwordSource(context, { file: passwordFile })
  const account = await openWallet({ dir: keystore, name, password: await password() })
  const jobs = createFileJobStore({ dir: jobsDir(home, network, name), password })
  return {
    ...openWriter(chain, { account, dryRun, money: context.money }),
    network,
    chain,
    account,
    home,
    jobs,
  }
}

/** Jobs of another chain or of another wallet are other jobs. */
export function jobsDir(home: string, { deployment }: Network, wallet: string): string {
  const { genesisHash, jobEscrow } = deployment
  return join(home, 'jobs', `${genesisHash.slice(2, 14)}-${jobEscrow.slice(2, 14).toLowerCase()}`, wallet)
}
