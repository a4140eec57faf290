import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startChain } from '../../test/support/chain.ts'
import { createProviderHome } from '../../test/support/providerNode.ts'
import { type Child, startChild } from './child.ts'
import type { ClientTask } from './clientProcess.ts'

const BLOCK_MS = 500
const CLIENT_USDC = 10_000_000n
/** Of an inference: long enough to be killed in its middle. */
const ROUNDS_OF_WORK = 200_000

export type World = Awaited<ReturnType<typeof createWorld>>

type OnLine = (line: Record<string, unknown>) => void

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function waitUntilReady(url: string, child: Child): Promise<void> {
  const signal = AbortSignal.timeout(60_000)
  while (child.isAlive) {
    const answer = await fetch(`${url}/readyz`, { signal }).catch(() => undefined)
    if (answer?.ok) return
    await sleep(25, undefined, { signal })
  }
}

/** A chain, the folders of one provider and one client, and the ways to start their processes. */
export async function createWorld() {
  const chain = await startChain({ blockIntervalMs: BLOCK_MS })
  const port = await freePort()
  const home = await createProviderHome(chain, {
    rounds: ROUNDS_OF_WORK,
    config: {
      http: { port },
      job: { challengeWindowSeconds: 30, secondsToSubmit: 120, quoteTtlSeconds: 120 },
      limits: { requestsPerMinute: 100_000 },
    },
  })
  const dir = await mkdtemp(join(tmpdir(), 'dim-chaos-client-'))
  const storeDir = join(dir, 'jobs')
  await mkdir(storeDir, { recursive: true, mode: 0o700 })
  const clientKey = generatePrivateKey()
  const client = privateKeyToAccount(clientKey)
  await chain.fund(client.address, { usdc: CLIENT_USDC, wei: 10n ** 18n })
  const task: ClientTask = {
    rpcUrl: chain.rpcUrl,
    deploymentFile: join(home.dir, 'deployment.json'),
    storeDir,
    modelKey: home.modelKey,
    provider: home.account.address,
    maxPriceUsdc: '3000',
  }
  const path = process.env.PATH ?? ''
  const url = `http://127.0.0.1:${port}`

  return {
    chain,
    home,
    client,
    clientUsdc: CLIENT_USDC,
    startProvider(onLine: OnLine): { child: Child; ready: Promise<void> } {
      const args = ['packages/node/src/main.ts', 'node', 'start', '--config', home.configFile]
      const env = { PATH: path, DIM_PASSWORD_FILE: home.passwordFile, DIM_HOME: home.dir }
      const child = startChild({ args, env, onLine })
      return { child, ready: waitUntilReady(url, child) }
    },
    startClient(onLine: OnLine, values?: readonly number[]): Child {
      const whole = JSON.stringify(values === undefined ? task : { ...task, values })
      const env = { PATH: path, CHAOS_CLIENT_KEY: clientKey, CHAOS_PASSWORD: 'a password for chaos' }
      return startChild({ args: ['scripts/chaos/clientProcess.ts', whole], env, onLine })
    },
    async remove() {
      await chain.close()
      await home.remove()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
