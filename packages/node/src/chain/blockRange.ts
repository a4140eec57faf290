import type { Client } from 'viem'
import type { ChainEvent, EventSource } from './chainEvent.ts'
import type { Header } from './readHeader.ts'

export type ReadRange = {
  client: Client
  sources: readonly EventSource[]
  from: bigint
  to: bigint
  /** Hash of the block before `from`, where it is known. */
  parentHash: string | undefined
}

/** `forked` says that the chain before `from` is not the one that was followed. */
export type RangeResult =
  | { forked: true }
  | { forked: false; headers: readonly Header[]; events: ChainEvent[] }
