import { type JobParams, Quote, refToCid } from '@dim/sdk'
import type { Hex } from 'viem'
import type { Db, QuoteRow } from '../storage/database.ts'

export type StoredQuote = { quote: Quote.Quote; signature: Hex; jobId: Hex | undefined }

export type QuoteClaim = 'claimed' | 'repeat' | 'conflict' | 'unknown'

const toStored = (row: QuoteRow): StoredQuote => ({
  quote: Quote.parse(JSON.parse(row.quoteJson)),
  signature: row.signature as Hex,
  jobId: (row.jobId ?? undefined) as Hex | undefined,
})

const reads = (db: Db) => ({
  async get(nonce: Hex): Promise<StoredQuote | undefined> {
    const row = await db.selectFrom('quotes').selectAll().where('nonce', '=', nonce).executeTakeFirst()
    return row === undefined ? undefined : toStored(row)
  },

  /**
   * The quote of a job: by its id, else an unused one that was alive at `openedAt` for the same client, model and price,
   * and of several the one under which the input was pushed.
   */
  async findFor(jobId: Hex, params: JobParams.JobParams, openedAt: number) {
    const own = await db.selectFrom('quotes').selectAll().where('jobId', '=', jobId).executeTakeFirst()
    if (own !== undefined) return toStored(own)
    const row = await db
      .selectFrom('quotes')
      .leftJoin('pushedBlocks', (join) =>
        join.onRef('quoteNonce', '=', 'quotes.nonce').on('cid', '=', refToCid(params.inputRef)),
      )
      .selectAll('quotes')
      .where('jobId', 'is', null)
      .where('client', '=', params.client.toLowerCase())
      .where('modelKey', '=', params.modelKey)
      .where('priceUsdc', '=', params.price.toString())
      .where('expiresAt', '>=', openedAt)
      .orderBy('cid', (order) => order.desc().nullsLast())
      .orderBy('expiresAt')
      .executeTakeFirst()
    return row === undefined ? undefined : toStored(row)
  },

  /** How many unused quotes are alive at a time of the chain. */
  async countLive(now: number): Promise<number> {
    const { count } = await db
      .selectFrom('quotes')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('jobId', 'is', null)
      .where('expiresAt', '>=', now)
      .executeTakeFirstOrThrow()
    return Number(count)
  },
})

const uses = (db: Db) => ({
  /** A quote opens one job: the same job again is fine, another one is a conflict. */
  async claim(nonce: Hex, jobId: Hex): Promise<QuoteClaim> {
    const { numUpdatedRows } = await db
      .updateTable('quotes')
      .set({ jobId })
      .where('nonce', '=', nonce)
      .where('jobId', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) return 'claimed'
    const row = await db.selectFrom('quotes').select('jobId').where('nonce', '=', nonce).executeTakeFirst()
    if (row === undefined) return 'unknown'
    return row.jobId === jobId ? 'repeat' : 'conflict'
  },

  /** Gives a quote back whose job could not be opened. */
  async release(nonce: Hex, jobId: Hex): Promise<void> {
    await db
      .updateTable('quotes')
      .set({ jobId: null })
      .where('nonce', '=', nonce)
      .where('jobId', '=', jobId)
      .execute()
  },
})

export type QuoteStore = ReturnType<typeof createQuoteStore>

/** Quotes as they were signed, and the one job that each of them may open. */
export const createQuoteStore = (db: Db, { nowMs }: { nowMs: () => number }) => ({
  ...reads(db),
  ...uses(db),

  async put(quote: Quote.Quote, signature: Hex): Promise<void> {
    const row = {
      nonce: quote.nonce,
      client: quote.client.toLowerCase(),
      modelKey: quote.modelKey,
      priceUsdc: quote.price.toString(),
      quoteJson: JSON.stringify(Quote.toJson(quote)),
      signature,
      maxInputBytes: quote.maxInputBytes,
      expiresAt: quote.expiresAt,
      jobId: null,
      createdAtMs: nowMs(),
    }
    await db.insertInto('quotes').values(row).execute()
  },
})
