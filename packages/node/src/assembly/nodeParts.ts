import { join } from 'node:path'
import { assertDeployment, type Deployment, withDeployment } from '@dim/sdk'
import type { Logger } from 'pino'
import { createPublicClient, defineChain, http } from 'viem'
import { createEngineModels } from '../backends/engineModels.ts'
import { createEngineRunner } from '../backends/engineRunner.ts'
import { createEngines } from '../backends/engines.ts'
import { createTransactionSender } from '../chain/sender.ts'
import type { Config } from '../config/config.ts'
import { openFsStore } from '../content/fsStore.ts'
import { openContentStore } from '../content/openContentStore.ts'
import type { PasswordSource } from '../identity/identity.ts'
import { openIdentity } from '../identity/openIdentity.ts'
import type { ShutdownStack } from '../lifecycle/shutdownStack.ts'
import { createModelCache } from '../models/cache.ts'
import { openSandbox } from '../runtime/openSandbox.ts'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'
import { bindStorage } from './bindStorage.ts'
import { openScheduler } from './openScheduler.ts'
import { sandboxSettings } from './sandboxSettings.ts'

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

async function openModels(options: NodePartsOptions, kept: { storage: Storage; metrics: Metrics }) {
  const { config, logger, stop } = options
  const { models } = config
  const contentLogger = logger.child({ part: 'content' })
  const content = stop.defer(
    await openContentStore({ ...config.ipfs, dir: config.content.dir, logger: contentLogger }),
    (s) => s.close(),
    'content',
  )
  const { sandbox } = await openSandbox(sandboxSettings(config))
  const isWeak = sandbox.level === 'process'
  logger[isWeak ? 'warn' : 'info']({ part: 'sandbox', sandbox: sandbox.describe() }, 'workers are contained')
  const work = await openScheduler({ ...kept, config, sandbox, logger, stop })
  const { pool } = work
  const maxBytes = models.maxCacheGb * 1024 * MIB
  const cacheLogger = logger.child({ part: 'models' })
  const own = await createModelCache({
    ...{ dir: models.cacheDir, maxBytes, content, pool, logger: cacheLogger },
    runMsOf: (modelKey, executionProvider) => work.profiles.get(modelKey, executionProvider)?.runMs,
  })
  const engines = createEngines(config.backends, config.readApiKey)
  stop.defer(engines, (all) => all.close(), 'engines')
  const engineModels = createEngineModels({ engines, cache: own, content, logger: cacheLogger })
  const { cache } = engineModels
  stop.defer(cache, (c) => c.close(), 'model cache')
  return { ...work, content, cache, sandbox, engineModels, runner: createEngineRunner(pool, engineModels) }
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
  return {
    storage,
    reader,
    identity,
    sender,
    inbox,
    metrics,
    ...(await openModels(options, { storage, metrics })),
  }
}
