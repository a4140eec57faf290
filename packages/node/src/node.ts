import { setTimeout as sleep } from 'node:timers/promises'
import { jobEscrowAbi, modelRegistryAbi } from '@dim/sdk'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { createGatewayServices } from './assembly/gatewayServices.ts'
import { createGauges } from './assembly/gauges.ts'
import { startNodeLoops } from './assembly/nodeLoops.ts'
import { openNodeParts } from './assembly/nodeParts.ts'
import type { NodeReason, NodeStatus } from './assembly/nodeStatus.ts'
import { openProvider } from './assembly/openProvider.ts'
import { readDeployment } from './assembly/readDeployment.ts'
import { notReadyBecause } from './assembly/readiness.ts'
import { toNodeStatus } from './assembly/toNodeStatus.ts'
import { createEventFollower } from './chain/follower.ts'
import type { Config } from './config/config.ts'
import { createGateway } from './gateway/server.ts'
import type { PasswordSource } from './identity/identity.ts'
import { type ShutdownReport, type ShutdownStack, shutdownStack } from './lifecycle/shutdownStack.ts'
import { createAnnouncer } from './provider/announcer.ts'

export type NodeOptions = {
  logger: Logger
  /** Opens the keystore. */
  password: PasswordSource
}

export type DimNode = {
  /** Listens, announces, loads the served models and follows the chain; resolves when the gateway answers. */
  start(): Promise<void>
  /** Aborts what runs and closes everything in reverse order within `node.shutdownMs`; never rejects. */
  stop(): Promise<ShutdownReport>
  status(): NodeStatus
  /** Resolves when the node is ready to take jobs, rejects with the signal. */
  ready(signal: AbortSignal): Promise<void>
}

const { version } = packageJson
const READY_POLL_MS = 50

/** Builds a node from its parts in order. Nothing runs before `start`. */
export async function createNode(config: Config, options: NodeOptions): Promise<DimNode> {
  const stop = shutdownStack({ deadlineMs: config.node.shutdownMs })
  try {
    return await compose(config, { ...options, stop })
  } catch (error) {
    await stop.run()
    throw error
  }
}

async function compose(config: Config, options: NodeOptions & { stop: ShutdownStack }): Promise<DimNode> {
  const { logger, password, stop } = options
  const { signal } = stop
  const deployment = await readDeployment(config.chain)
  const parts = await openNodeParts({ config, deployment, logger, password, version, stop })
  const { reader, identity, storage, sender, metrics } = parts
  const role = openProvider({ config, parts, logger, signal })
  let url: string | undefined
  let byState: Readonly<Record<string, number>> = {}
  let wakeModels: () => void = () => undefined
  const startedAtMs = Date.now()

  const endpoint = () => config.http.publicUrl ?? url ?? `http://${config.http.host}:${config.http.port}`
  const announcer = createAnnouncer({ reader, identity, endpoint, acts: role.acts, logger })
  const follower = createEventFollower({
    name: 'provider',
    client: reader,
    sources: [
      { address: deployment.jobEscrow, abi: jobEscrowAbi },
      { address: deployment.modelRegistry, abi: modelRegistryAbi },
    ],
    storage,
    fromBlock: deployment.deployedAtBlock,
    confirmations: config.chain.confirmations,
    maxRange: config.chain.maxBlockRange,
    pollMs: config.chain.pollMs,
    onBatch: role.events.onBatch,
    onRewind: role.events.onRewind,
    onCommit: (step) => {
      role.events.onCommit(step)
      if (step.events.some(({ eventName }) => eventName === 'ModelRegistered')) wakeModels()
    },
    onError: (code) => metrics.rpcErrorsTotal.inc({ code }),
    logger: logger.child({ part: 'chain' }),
  })
  const reasons = (): NodeReason[] =>
    notReadyBecause({
      isStopping: signal.aborted,
      isAnnounced: announcer.record !== undefined,
      ...role.account.facts,
      models: role.models.list(),
      findsModels: role.findsModels,
      chain: follower.status(),
    })
  const services = createGatewayServices({ config, parts, role, announcer, version, reasons })
  const { requestsPerMinute } = config.limits
  const gateway = await createGateway({ services, version, requestsPerMinute, logger })
  stop.defer(gateway, (app) => app.close(), 'gateway')
  const refreshGauges = createGauges({ config, parts, role, lagBlocks: () => follower.status().lagBlocks })
  const refreshCounts = async () => {
    byState = await role.countByState()
  }

  return {
    async start() {
      const { host, port } = config.http
      if (config.node.roles.includes('gateway')) url = await gateway.listen({ host, port })
      logger.info({ url, address: identity.account.address, version }, 'node started')
      void sender.resume(signal).catch((error: unknown) => {
        if (!signal.aborted)
          logger.warn({ err: error }, 'unfinished transactions are tried again when needed')
      })
      const loops = startNodeLoops({ config, role, announcer, refreshGauges, refreshCounts, logger, signal })
      wakeModels = loops.wakeModels
      const following = follower.run(signal).catch((error: unknown) => {
        logger.fatal({ err: error }, 'the chain can no longer be followed')
      })
      stop.defer(Promise.all([loops.done, following, role.idle()]), (running) => running, 'running work')
    },
    stop: () => stop.run(),
    status: () =>
      toNodeStatus({
        config,
        parts,
        role,
        chain: follower.status(),
        reasons: reasons(),
        byState,
        version,
        url,
        endpoint: endpoint(),
        startedAtMs,
        isStopping: signal.aborted,
      }),
    async ready(abort) {
      while (reasons().length > 0) await sleep(READY_POLL_MS, undefined, { signal: abort })
    },
  }
}
