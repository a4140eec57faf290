import type { Selectable, Transaction } from 'kysely'
import type { Address, Hash } from 'viem'
import type { ChainEventTable, Database, Db } from '../storage/database.ts'
import type { ChainEvent } from './chainEvent.ts'
import { decodeArgs, encodeArgs } from './eventArgs.ts'
import type { Header } from './readHeader.ts'

type Tx = Transaction<Database>

export type Checkpoint = { blockNumber: number; blockHash: string }

/** The block before the start of all has no hash. */
export type Ancestor = { number: number; hash: string | undefined }

/** SQLite allows 32,766 variables in a statement; an event takes nine. */
const ROWS_AT_ONCE = 1000

const toRow = (follower: string, event: ChainEvent) => ({
  follower,
  blockHash: event.blockHash,
  logIndex: event.logIndex,
  blockNumber: Number(event.blockNumber),
  blockTimestamp: Number(event.blockTimestamp),
  transactionHash: event.transactionHash,
  address: event.address,
  eventName: event.eventName,
  argsJson: encodeArgs(event.args),
})

const fromRow = (row: Selectable<ChainEventTable>): ChainEvent => ({
  address: row.address as Address,
  eventName: row.eventName,
  args: decodeArgs(row.argsJson),
  blockNumber: BigInt(row.blockNumber),
  blockHash: row.blockHash as Hash,
  blockTimestamp: BigInt(row.blockTimestamp),
  transactionHash: row.transactionHash as Hash,
  logIndex: row.logIndex,
})

const newestFirst = (left: Selectable<ChainEventTable>, right: Selectable<ChainEventTable>) =>
  right.blockNumber - left.blockNumber || right.logIndex - left.logIndex

async function insertEvents(tx: Tx, follower: string, events: readonly ChainEvent[]): Promise<ChainEvent[]> {
  const inserted = new Set<string>()
  for (let start = 0; start < events.length; start += ROWS_AT_ONCE) {
    const some = events.slice(start, start + ROWS_AT_ONCE)
    const rows = await tx
      .insertInto('chainEvents')
      .values(some.map((event) => toRow(follower, event)))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['blockHash', 'logIndex'])
      .execute()
    for (const row of rows) inserted.add(`${row.blockHash}:${row.logIndex}`)
  }
  return events.filter((event) => inserted.has(`${event.blockHash}:${event.logIndex}`))
}

async function advance(
  tx: Tx,
  follower: string,
  headers: readonly Header[],
  keepBlocks: number,
): Promise<void> {
  const last = headers.at(-1)
  if (last === undefined) return
  const lastNumber = Number(last.number)
  const blocks = headers.map(({ number, hash, parentHash }) => ({
    follower,
    blockNumber: Number(number),
    blockHash: hash,
    parentHash,
  }))
  for (let start = 0; start < blocks.length; start += ROWS_AT_ONCE) {
    await tx
      .replaceInto('chainBlocks')
      .values(blocks.slice(start, start + ROWS_AT_ONCE))
      .execute()
  }
  await tx
    .deleteFrom('chainBlocks')
    .where('follower', '=', follower)
    .where('blockNumber', '<', lastNumber - keepBlocks)
    .execute()
  const values = { follower, blockNumber: lastNumber, blockHash: last.hash }
  await tx.replaceInto('chainCheckpoints').values(values).execute()
}

async function rewind(tx: Tx, follower: string, ancestor: Ancestor): Promise<ChainEvent[]> {
  const removed = await tx
    .deleteFrom('chainEvents')
    .where('follower', '=', follower)
    .where('blockNumber', '>', ancestor.number)
    .returningAll()
    .execute()
  await tx
    .deleteFrom('chainBlocks')
    .where('follower', '=', follower)
    .where('blockNumber', '>', ancestor.number)
    .execute()
  await tx.deleteFrom('chainCheckpoints').where('follower', '=', follower).execute()
  if (ancestor.hash !== undefined) {
    const values = { follower, blockNumber: ancestor.number, blockHash: ancestor.hash }
    await tx.insertInto('chainCheckpoints').values(values).execute()
  }
  return removed.sort(newestFirst).map(fromRow)
}

/** Rows of one follower: how far it is, the blocks it went over, the events it delivered. */
export function followerStore(follower: string) {
  return {
    checkpoint: (db: Db): Promise<Checkpoint | undefined> =>
      db
        .selectFrom('chainCheckpoints')
        .select(['blockNumber', 'blockHash'])
        .where('follower', '=', follower)
        .executeTakeFirst(),

    /** Newest first. */
    blocks: (db: Db, { upTo }: { upTo: number }): Promise<Checkpoint[]> =>
      db
        .selectFrom('chainBlocks')
        .select(['blockNumber', 'blockHash'])
        .where('follower', '=', follower)
        .where('blockNumber', '<=', upTo)
        .orderBy('blockNumber', 'desc')
        .execute(),

    /** Records the events and answers those that were not recorded before. */
    insertEvents: (tx: Tx, events: readonly ChainEvent[]) => insertEvents(tx, follower, events),

    /** Moves the checkpoint to the last of the headers and forgets the oldest ones. */
    advance: (tx: Tx, headers: readonly Header[], keepBlocks: number) =>
      advance(tx, follower, headers, keepBlocks),

    /** Forgets what is above the ancestor and answers its events, newest first. */
    rewind: (tx: Tx, ancestor: Ancestor) => rewind(tx, follower, ancestor),
  }
}

export type FollowerStore = ReturnType<typeof followerStore>
