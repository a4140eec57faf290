import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestClient, type Hex, http, publicActions, type TestClient, walletActions } from 'viem'
import { hardhat } from 'viem/chains'
import { repository } from './repository.ts'
import { type Service, ServiceFailedError, startService } from './service.ts'

export type DevChain = { service: Service; rpcUrl: string; genesisHash: Hex }

type StartChain = {
  port: number
  logDir: string
  execPath: string
  environment: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

const readyWithinMs = 60_000

/** Starts Hardhat's chain on loopback, each transaction in a block of its own until `mineEverySecond`. */
export async function startChain({
  port,
  logDir,
  execPath,
  environment,
  signal,
}: StartChain): Promise<DevChain> {
  const rpcUrl = `http://127.0.0.1:${port}`
  const service = startService({
    name: 'chain',
    execPath,
    args: [
      repository.hardhat,
      'node',
      '--network',
      'devnet',
      '--hostname',
      '127.0.0.1',
      '--port',
      String(port),
    ],
    cwd: repository.root,
    environment,
    logFile: join(logDir, 'chain.log'),
  })
  try {
    return { service, rpcUrl, genesisHash: await waitForGenesis(service, rpcUrl, signal) }
  } catch (error) {
    await service.stop(500)
    throw error
  }
}

async function waitForGenesis(service: Service, rpcUrl: string, signal: AbortSignal): Promise<Hex> {
  const ended = service.exited.then((code) => {
    throw new ServiceFailedError(service, {
      why: `ended with exit code ${code}`,
      output: service.lastOutput(),
    })
  })
  return Promise.race([pollGenesis(service, rpcUrl, signal), ended])
}

async function pollGenesis(service: Service, rpcUrl: string, signal: AbortSignal): Promise<Hex> {
  const client = createTestClient({
    mode: 'hardhat',
    chain: hardhat,
    transport: http(rpcUrl, { retryCount: 0 }),
  })
  const until = Date.now() + readyWithinMs
  let last: unknown
  while (Date.now() < until) {
    signal.throwIfAborted()
    const block = await client
      .extend(publicActions)
      .getBlock({ blockNumber: 0n })
      .catch((error: unknown) => {
        last = error
      })
    if (block?.hash) return block.hash
    await sleep(50, undefined, { signal })
  }
  throw new ServiceFailedError(service, { why: `did not answer within ${readyWithinMs} ms`, cause: last })
}

/** A viem client with Hardhat's own methods, for set-up only. */
export function devClient(rpcUrl: string) {
  return createTestClient({
    mode: 'hardhat',
    chain: hardhat,
    transport: http(rpcUrl),
    pollingInterval: 50,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions)
}

/** From now on a block comes every second, whether there are transactions or not. */
export async function mineEverySecond(client: TestClient): Promise<void> {
  await client.setAutomine(false)
  await client.setIntervalMining({ interval: 1 })
}
