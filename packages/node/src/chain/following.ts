import type { Client } from 'viem'
import type { Storage } from '../storage/storage.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { ChainEvent, EventBatch, EventSource, FollowerStatus, Rewind } from './chainEvent.ts'
import type { FollowerStore } from './followerStore.ts'

export type EventFollowerOptions = {
  /** Names its rows: two followers in one database need two names. */
  name: string
  client: Client
  sources: readonly EventSource[]
  storage: Storage
  /** The first block of interest, usually the one of the deployment. */
  fromBlock: bigint
  /** How many blocks to stay behind the head. */
  confirmations?: number
  /** Blocks this close to the head may be replaced and are read one by one. */
  reorgDepth?: number
  /** The most blocks that one query of logs asks for. */
  maxRange?: number
  pollMs?: number
  maxPauseMs?: number
  /** Called inside of the transaction that moves the checkpoint, only when there are new events. */
  onBatch(batch: EventBatch): Promise<void>
  onRewind(rewind: Rewind): Promise<void>
  /** After each commit, for what need not survive a crash: waking a loop, counting. */
  onCommit?(step: { events: readonly ChainEvent[]; toBlock: bigint; head: bigint }): void
  /** With the error's code. */
  onError?(code: string): void
  logger: Logger
}

/** What the steps of one follower share. */
export type Following = {
  options: EventFollowerOptions & { confirmations: number; reorgDepth: number; maxRange: number }
  store: FollowerStore
  /** Blocks that the next query of logs asks for; halved when the RPC refuses, doubled when it answers. */
  range: bigint
  status: { -readonly [K in keyof FollowerStatus]: FollowerStatus[K] }
}
