import type { Transaction } from 'kysely'
import type { Abi, Address, Hash } from 'viem'
import type { Database } from '../storage/database.ts'

export type ChainEvent = {
  address: Address
  eventName: string
  args: Readonly<Record<string, unknown>>
  blockNumber: bigint
  blockHash: Hash
  /** Chain time, seconds. */
  blockTimestamp: bigint
  transactionHash: Hash
  logIndex: number
}

export type EventSource = { address: Address; abi: Abi }

export type EventBatch = {
  /** In the order of the chain; only events that were never delivered before. */
  events: readonly ChainEvent[]
  fromBlock: bigint
  toBlock: bigint
  /** Write through this only: it commits together with the checkpoint. */
  tx: Transaction<Database>
}

export type Rewind = {
  /** The last block that both forks share; everything above it never happened. */
  ancestor: bigint
  removed: readonly ChainEvent[]
  tx: Transaction<Database>
}

export type FollowerStatus = {
  head: bigint | undefined
  checkpoint: bigint | undefined
  lagBlocks: bigint | undefined
  caughtUp: boolean
  /** Code of the last RPC failure; cleared by the next success. */
  lastErrorCode: string | undefined
  rewinds: number
}

export type EventFollower = {
  /** Follows until the signal aborts; survives RPC failures with growing pauses. */
  run(signal: AbortSignal): Promise<void>
  /** One step: reads the head, rewinds or takes the next batch. `advanced` says that more may follow. */
  poll(signal?: AbortSignal): Promise<'advanced' | 'rewound' | 'idle' | 'lagging'>
  status(): FollowerStatus
}
