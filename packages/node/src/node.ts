import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { PasswordSource } from './identity/identity.ts'
import type { ShutdownReport } from './lifecycle/shutdownStack.ts'
import type { NodeStatus } from './nodeStatus.ts'

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

export declare function createNode(config: Config, options: NodeOptions): Promise<DimNode>
