import { JobParams } from '@dim/sdk'
import { sql } from 'kysely'
import type { Hex } from 'viem'
import type { Db, ProviderJobRow, ProviderJobState } from '../storage/database.ts'

export type ProviderJob = {
  jobId: Hex
  state: ProviderJobState
  params: JobParams.JobParams
  quoteNonce: Hex | undefined
  attempts: number
  result: RecordedResult | undefined
  decline: { code: string; message: string } | undefined
  /** Chain times, seconds. */
  openedAt: number
  submittedAt: number | undefined
  openTx: Hex | undefined
  submitTx: Hex | undefined
  closeTx: Hex | undefined
  createdAtMs: number
  updatedAtMs: number
}

export type RecordedResult = { resultCommit: Hex; resultRef: Hex; chargedUsdc: bigint }

export type NewResult = RecordedResult & {
  salt: Hex
  digest: Hex
  /** Receipt and its signature as JSON. */
  receiptJson: string
  detailsJson: string
}

export type NewJob = { jobId: Hex; params: JobParams.JobParams; openTx: Hex; openedAt: number }

const openStates: readonly ProviderJobState[] = ['received', 'admitted', 'running', 'computed', 'submitting']

export const endStates: readonly ProviderJobState[] = ['paid', 'refunded', 'split']

const hex = (value: string | null): Hex | undefined => (value === null ? undefined : (value as Hex))

function toResult(row: ProviderJobRow): RecordedResult | undefined {
  const { resultCommit, resultRef, chargedUsdc } = row
  if (resultCommit === null || resultRef === null || chargedUsdc === null) return undefined
  return { resultCommit: resultCommit as Hex, resultRef: resultRef as Hex, chargedUsdc: BigInt(chargedUsdc) }
}

const toJob = (row: ProviderJobRow): ProviderJob => ({
  jobId: row.jobId as Hex,
  state: row.state,
  params: JobParams.parse(JSON.parse(row.paramsJson)),
  quoteNonce: hex(row.quoteNonce),
  attempts: row.attempts,
  result: toResult(row),
  decline: row.errorCode === null ? undefined : { code: row.errorCode, message: row.error ?? row.errorCode },
  openedAt: row.openedAt,
  submittedAt: row.submittedAt ?? undefined,
  openTx: hex(row.openTx),
  submitTx: hex(row.submitTx),
  closeTx: hex(row.closeTx),
  createdAtMs: row.createdAtMs,
  updatedAtMs: row.updatedAtMs,
})

type Transactions = { openTx?: Hex; submitTx?: Hex; closeTx?: Hex }

type Clock = { nowMs: () => number }

const updater =
  ({ nowMs }: Clock) =>
  (jobId: Hex, on: Db) =>
    on.updateTable('providerJobs').set({ updatedAtMs: nowMs() }).where('jobId', '=', jobId)

const reads = (db: Db) => ({
  async get(jobId: Hex): Promise<ProviderJob | undefined> {
    const row = await db.selectFrom('providerJobs').selectAll().where('jobId', '=', jobId).executeTakeFirst()
    return row === undefined ? undefined : toJob(row)
  },

  /** Jobs for which this node has something to do; a submitted one only waits. */
  async listActive(): Promise<Hex[]> {
    const rows = await db
      .selectFrom('providerJobs')
      .select('jobId')
      .where('state', 'not in', [...endStates, 'submitted'])
      .orderBy('createdAtMs')
      .execute()
    return rows.map(({ jobId }) => jobId as Hex)
  },

  async listSubmitted(limit: number): Promise<ProviderJob[]> {
    const rows = await db
      .selectFrom('providerJobs')
      .selectAll()
      .where('state', '=', 'submitted')
      .orderBy('submittedAt')
      .limit(limit)
      .execute()
    return rows.map(toJob)
  },

  /** Prices of the jobs that are yet to be submitted. */
  async sumOpenUsdc(): Promise<bigint> {
    const rows = await db
      .selectFrom('providerJobs')
      .select(sql<string>`json_extract("paramsJson", '$.price')`.as('price'))
      .where('state', 'in', openStates)
      .execute()
    return rows.reduce((sum, { price }) => sum + BigInt(price), 0n)
  },

  async countByState(): Promise<Record<string, number>> {
    const rows = await db
      .selectFrom('providerJobs')
      .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute()
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
  },
})

function milestones(db: Db, clock: Clock) {
  const { nowMs } = clock
  const update = updater(clock)
  return {
    /** Notes a job that was opened; one that is there already keeps all that was recorded for it. */
    async receive(job: NewJob, on: Db): Promise<void> {
      const { jobId, params, openTx, openedAt } = job
      const row = {
        jobId,
        state: 'received' as const,
        modelKey: params.modelKey,
        client: params.client.toLowerCase(),
        paramsJson: JSON.stringify(JobParams.toJson(params)),
        inputRef: params.inputRef,
        openTx,
        openedAt,
        createdAtMs: nowMs(),
        updatedAtMs: nowMs(),
      }
      await on
        .insertInto('providerJobs')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('jobId').doUpdateSet({ openTx, openedAt, updatedAtMs: nowMs() }),
        )
        .execute()
    },

    /** The first result is the only one: another call answers what was recorded. */
    async recordResult(jobId: Hex, result: NewResult): Promise<'recorded' | 'already'> {
      const { numUpdatedRows } = await update(jobId, db)
        .set({
          state: 'computed',
          resultCommit: result.resultCommit,
          resultRef: result.resultRef,
          resultSalt: result.salt,
          resultDigest: result.digest,
          chargedUsdc: result.chargedUsdc.toString(),
          receiptJson: result.receiptJson,
          detailsJson: result.detailsJson,
        })
        .where('resultCommit', 'is', null)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n ? 'recorded' : 'already'
    },

    async decline(jobId: Hex, { code, message }: { code: string; message: string }): Promise<void> {
      await update(jobId, db).set({ state: 'declining', errorCode: code, error: message }).execute()
    },

    async markSubmitted(jobId: Hex, submittedAt: number): Promise<void> {
      await update(jobId, db).set({ state: 'submitted', submittedAt }).execute()
    },
  }
}

function progress(db: Db, clock: Clock) {
  const update = updater(clock)
  return {
    async setState(jobId: Hex, state: ProviderJobState, on: Db = db): Promise<void> {
      await update(jobId, on).set({ state }).execute()
    },

    async admit(jobId: Hex, quoteNonce: Hex): Promise<void> {
      await update(jobId, db).set({ state: 'admitted', quoteNonce }).execute()
    },

    /** Counts an attempt before it starts, so that an input which kills the node is not tried for ever. */
    async startRun(jobId: Hex): Promise<void> {
      await update(jobId, db)
        .set((eb) => ({ state: 'running' as const, attempts: eb('attempts', '+', 1) }))
        .execute()
    },

    async setTransactions(jobId: Hex, transactions: Transactions, on: Db = db): Promise<void> {
      await update(jobId, on).set(transactions).execute()
    },
  }
}

export type JobStore = ReturnType<typeof createJobStore>

/** Jobs of this provider: written before it acts, so that a restart repeats the same act. */
export const createJobStore = (db: Db, clock: Clock) => ({
  ...reads(db),
  ...milestones(db, clock),
  ...progress(db, clock),
})
