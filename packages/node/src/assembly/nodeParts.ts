import { join } from 'node:path'
import { assertDeployment, type Deployment, withDeployment } from '@dim/sdk'
import type { Logger } from 'pino'
import { createPublicClient, defineChain, http } from 'viem'
import { createTransactionSender } from '../chain/sender.ts'
import type { Config } from '../config/config.ts'
import { openFsStore } from '../content/fsStore.ts'
import type { PasswordSource } from '../identity/identity.ts'
import { openIdentity } from '../identity/openIdentity.ts'
import type { ShutdownStack } from '../lifecycle/shutdownStack.ts'
import { createModelCache } from '../models/cache.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { openStorage } from '../storage/open.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { bindStorage } from './bindStorage.ts'

const MIB = 1_048_576

export type NodePartsOptions = {
  config: Config
  deployment: Deployment
  logger: Logger
  password: PasswordSource
  version: string
  stop: ShutdownStack
}

export type NodeParts = Awaited<ReturnType<typeof openNodeParts>>

/** A client without caches: what it says of the chain is what the RPC says now. */
function connect({ chain }: Config, deployment: Deployment) {
  const definition = defineChain({
    id: chain.chainId,
    name: `chain ${chain.chainId}`,
    nativeCurrency: { name: 'coin', symbol: 'COIN', decimals: 18 },
    rpcUrls: { default: { http: [chain.rpcUrl] } },
  })
  const client = createPublicClient({
    chain: definition,
    transport: http(chain.rpcUrl),
    pollingInterval: chain.pollMs,
    cacheTime: 0,
  })
  return withDeployment(client, deployment)
}

async function openModels({ config, logger, stop }: NodePartsOptions) {
  const { runtime, models, job, limits } = config
  const content = stop.defer(await openFsStore({ dir: config.content.dir }), (s) => s.close(), 'content')
  const pool = createWorkerPool({
    size: runtime.workers,
    memoryLimitBytes: runtime.memoryLimitMb * MIB,
    timeoutMs: job.timeoutMs,
    executionProviders: runtime.executionProviders,
    maxQueued: config.node.maxConcurrentJobs * 4,
    maxOutputBytes: limits.maxResultBytes,
    logger: logger.child({ part: 'runtime' }),
    signal: stop.signal,
  })
  stop.defer(pool, (p) => p.close(), 'worker pool')
  const maxBytes = models.maxCacheGb * 1024 * MIB
  const cacheLogger = logger.child({ part: 'models' })
  const cache = await createModelCache({ dir: models.cacheDir, maxBytes, content, pool, logger: cacheLogger })
  stop.defer(cache, (c) => c.close(), 'model cache')
  return { content, pool, cache }
}

/** Opens what the roles work with, in order; each part is closed by the stack. */
export async function openNodeParts(options: NodePartsOptions) {
  const { config, deployment, logger, password, version, stop } = options
  const { dataDir, id } = config.node
  const path = join(dataDir, 'node.sqlite')
  const storage = stop.defer(await openStorage({ path }), (s) => s.close(), 'storage')
  await bindStorage(storage, deployment)
  const reader = connect(config, deployment)
  await assertDeployment(reader)
  const identity = await openIdentity({ dir: config.keystore.path, password: await password() })
  const { account } = identity
  const { stuckAfterMs, pollMs, maxFeeGwei } = config.chain
  const maxFeePerGas = BigInt(Math.round(maxFeeGwei * 1e9))
  const sending = { chainId: deployment.chainId, maxFeePerGas, stuckAfterMs, pollMs }
  const senderLogger = logger.child({ part: 'sender' })
  const sender = createTransactionSender({
    client: reader,
    account,
    storage,
    logger: senderLogger,
    ...sending,
  })
  const inbox = stop.defer(await openFsStore({ dir: join(dataDir, 'inbox') }), (s) => s.close(), 'inbox')
  const metrics = createMetrics({ version, nodeId: id })
  return { storage, reader, identity, sender, inbox, metrics, ...(await openModels(options)) }
}
