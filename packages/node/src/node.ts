import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { createGatewayServices } from './assembly/gatewayServices.ts'
import { openNodeParts } from './assembly/nodeParts.ts'
import { createNodeRun } from './assembly/nodeRun.ts'
import type { NodeStatus } from './assembly/nodeStatus.ts'
import { openProvider } from './assembly/openProvider.ts'
import { readDeployment } from './assembly/readDeployment.ts'
import { toNodeStatus } from './assembly/toNodeStatus.ts'
import type { Config } from './config/config.ts'
import { ListenFailedError } from './errors/listenFailed.ts'
import { createGateway } from './gateway/server.ts'
import type { PasswordSource } from './identity/identity.ts'
import { type ShutdownReport, type ShutdownStack, shutdownStack } from './lifecycle/shutdownStack.ts'

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

async function listen(gateway: FastifyInstance, { host, port }: Config['http']): Promise<string> {
  try {
    return await gateway.listen({ host, port })
  } catch (cause) {
    throw new ListenFailedError({ host, port }, cause)
  }
}

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
  const role = openProvider({ config, parts, logger, signal })
  const run = createNodeRun({ config, parts, role, logger, signal })
  const { requestsPerMinute } = config.limits
  const services = createGatewayServices({ config, parts, role, version, ...run })
  const gateway = await createGateway({ services, version, requestsPerMinute, logger })
  stop.defer(gateway, (app) => app.close(), 'gateway')

  return {
    async start() {
      const url = config.node.roles.includes('gateway') ? await listen(gateway, config.http) : undefined
      stop.defer(run.start(url), (running) => running, 'running work')
      logger.info({ url, address: parts.identity.account.address, version }, 'node started')
    },
    stop: () => stop.run(),
    status: () => toNodeStatus({ config, parts, role, version, isStopping: signal.aborted, ...run.facts() }),
    async ready(abort) {
      while (run.reasons().length > 0) await sleep(READY_POLL_MS, undefined, { signal: abort })
    },
  }
}
