import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import {
  BaseError,
  type Deployment,
  getNetwork,
  transferUsdc,
  waitForTransaction,
  withDeployment,
} from '@dim/sdk'
import {
  createTestClient,
  createWalletClient,
  http,
  type LocalAccount,
  parseEther,
  publicActions,
} from 'viem'
import { hardhat } from 'viem/chains'
import { devAccounts } from '../../packages/node/src/devnet/accounts.ts'
import { startDevnet } from '../../packages/node/src/devnet/startDevnet.ts'

export type BenchDevnet = Awaited<ReturnType<typeof openDevnet>>
type Running = { rpcUrl: string; deployment: Deployment; stop: () => Promise<void> }

/** The bench makes accounts and money as only a devnet can. */
export class NotADevnetError extends BaseError {
  override readonly code = 'NOT_A_DEVNET'

  constructor(network: string, chainId: number) {
    super(`${network} is chain ${chainId}, and the bench runs on a devnet (${hardhat.id}) only.`, {
      charged: 'Nothing was charged.',
      hint: 'Start one with `npm start`, or leave out --network.',
    })
  }
}

/** A running devnet named by its front door, or one of its own: the same as `npm start` brings up, chain and contracts only. */
export async function openDevnet({ network, rpcUrl }: { network: string | undefined; rpcUrl: string }) {
  const running = network === undefined ? await startOwn() : await attach(network, rpcUrl)
  const { deployment } = running
  const shared = {
    chain: hardhat,
    transport: http(running.rpcUrl, { retryCount: 0 }),
    pollingInterval: 50,
    cacheTime: 0,
  }
  const test = createTestClient({ ...shared, mode: 'hardhat' }).extend(publicActions)
  const writer = (account: LocalAccount) =>
    withDeployment(createWalletClient({ ...shared, account }), deployment)

  return {
    ...running,
    test,
    writer,
    /** Gas and USDC for an account of the bench. */
    async fund({ address: to }: LocalAccount, amountUsdc: bigint) {
      await test.setBalance({ address: to, value: parseEther('1') })
      const dev = writer(devAccounts().dev)
      await waitForTransaction(dev, { hash: await transferUsdc(dev, { to, amountUsdc }) })
    },
  }
}

async function attach(network: string, rpcUrl: string): Promise<Running> {
  const deployment = await getNetwork(network)
  if (deployment.chainId !== hardhat.id) throw new NotADevnetError(network, deployment.chainId)
  return { rpcUrl, deployment, stop: async () => {} }
}

async function startOwn(): Promise<Running> {
  const dir = await mkdtemp(join(tmpdir(), 'dim-bench-'))
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  const remove = () => rm(dir, { recursive: true, force: true })
  try {
    const devnet = await startDevnet({
      dir,
      ports: { chain: 0, gateway: 0 },
      upTo: 'chain',
      environment: process.env,
      execPath: process.execPath,
      pid: process.pid,
      signal: interrupted.signal,
      onPart: (part, line) => console.error(`  ✔ ${part.padEnd(10)} ${line}`),
    })
    const { rpcUrl, deployment } = devnet.state
    return { rpcUrl, deployment, stop: () => devnet.stop().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}
