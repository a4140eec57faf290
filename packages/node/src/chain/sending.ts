import type { Client, LocalAccount } from 'viem'
import type { Logger } from '../telemetry/logger.ts'
import type { IntentStore } from './intentStore.ts'

/** What the steps of one sender share. */
export type Sending = {
  client: Client
  account: LocalAccount
  chainId: number
  intents: IntentStore
  maxFeePerGas: bigint
  stuckAfterMs: number
  pollMs: number
  now: () => number
  logger: Logger
  /** One at a time: choosing a nonce, signing, and the first broadcast. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Drives an intent that nobody waits for. */
  track(intent: string): void
}
