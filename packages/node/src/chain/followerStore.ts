import type { Transaction } from 'kysely'
import type { Address, Hash } from 'viem'
import type { Database, Db } from '../storage/database.ts'
import type { ChainEvent } from './chainEvent.ts'
import { decodeArgs, encodeArgs } from './eventArgs.ts'
import type { Header } from './readHeader.ts'

export type Checkpoint = { blockNumber: number; blockHash: string }

/** SQLite allows 32,766 variables in a statement; an event takes nine. */
const ROWS_AT_ONCE = 1000

/** Rows of one follower: how far it is, the blocks it went over, the events it delivered. */
export function followerStore(follower: string) {
  const toRow = (event: ChainEvent) => ({
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
    async insertEvents(tx: Transaction<Database>, events: readonly ChainEvent[]): Promise<ChainEvent[]> {
      const inserted = new Set<string>()
      for (let start = 0; start < events.length; start += ROWS_AT_ONCE) {
        const rows = await tx
          .insertInto('chainEvents')
          .values(events.slice(start, start + ROWS_AT_ONCE).map(toRow))
          .onConflict((conflict) => conflict.doNothing())
          .returning(['blockHash', 'logIndex'])
          .execute()
        for (const row of rows) inserted.add(`${row.blockHash}:${row.logIndex}`)
      }
      return events.filter((event) => inserted.has(`${event.blockHash}:${event.logIndex}`))
    },

    async advance(tx: Transaction<Database>, headers: readonly Header[], keepBlocks: number): Promise<void> {
      const last = headers.at(-1)
      if (last === undefined) return
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
        .where('blockNumber', '<', Number(last.number) - keepBlocks)
        .execute()
      await tx
        .replaceInto('chainCheckpoints')
        .values({ follower, blockNumber: Number(last.number), blockHash: last.hash })
        .execute()
    },

    /** Forgets what is above the ancestor and answers its events, newest first. */
    async rewind(
      tx: Transaction<Database>,
      ancestor: number,
      hash: string | undefined,
    ): Promise<ChainEvent[]> {
      const removed = await tx
        .deleteFrom('chainEvents')
        .where('follower', '=', follower)
        .where('blockNumber', '>', ancestor)
        .returningAll()
        .execute()
      await tx
        .deleteFrom('chainBlocks')
        .where('follower', '=', follower)
        .where('blockNumber', '>', ancestor)
        .execute()
      if (hash === undefined)
        await tx.deleteFrom('chainCheckpoints').where('follower', '=', follower).execute()
      else {
        const values = { follower, blockNumber: ancestor, blockHash: hash }
        await tx.replaceInto('chainCheckpoints').values(values).execute()
      }
      return removed
        .sort((left, right) => right.blockNumber - left.blockNumber || right.logIndex - left.logIndex)
        .map((row) => ({
          address: row.address as Address,
          eventName: row.eventName,
          args: decodeArgs(row.argsJson),
          blockNumber: BigInt(row.blockNumber),
          blockHash: row.blockHash as Hash,
          blockTimestamp: BigInt(row.blockTimestamp),
          transactionHash: row.transactionHash as Hash,
          logIndex: row.logIndex,
        }))
    },
  }
}

export type FollowerStore = ReturnType<typeof followerStore>
