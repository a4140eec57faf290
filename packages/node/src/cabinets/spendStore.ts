import type { Kysely } from 'kysely'
import type { Hex } from 'viem'
import type { Database, Db } from '../storage/database.ts'
import type { CabinetPolicy } from './cabinetPolicy.ts'
import { CabinetRefusedError } from './errors.ts'

export type Spend = {
  cabinet: string
  jobId: Hex
  client: string
  budget: CabinetPolicy['budget']
  /** Chain time, seconds. */
  now: number
}

export type SpendStore = ReturnType<typeof createSpendStore>

async function countSince(db: Db, cabinet: string, since: number, client?: string): Promise<number> {
  const all = db
    .selectFrom('cabinetSpends')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('cabinet', '=', cabinet)
    .where('spentAt', '>', since)
  const query = client === undefined ? all : all.where('client', '=', client)
  return Number((await query.executeTakeFirstOrThrow()).count)
}

async function isSpent(db: Db, { jobId }: Pick<Spend, 'jobId'>): Promise<boolean> {
  const row = await db
    .selectFrom('cabinetSpends')
    .select('jobId')
    .where('jobId', '=', jobId)
    .executeTakeFirst()
  return row !== undefined
}

async function assertLeft(db: Db, { cabinet, client, budget, now }: Spend): Promise<void> {
  const since = now - budget.periodSeconds
  if ((await countSince(db, cabinet, since)) >= budget.total) {
    throw new CabinetRefusedError('CABINET_BUDGET_SPENT', 'all its answers of this period were given')
  }
  if ((await countSince(db, cabinet, since, client)) >= budget.perClient) {
    throw new CabinetRefusedError('CABINET_BUDGET_SPENT', `${client} had all its answers of this period`)
  }
}

/** Answers that were given: written down before the rows are read by a model, once for a job, whatever happens to it. */
export function createSpendStore(db: Kysely<Database>) {
  return {
    /** Refuses with `CABINET_BUDGET_SPENT`, unless the job has spent already. */
    async assertAffordable(spend: Spend): Promise<void> {
      if (!(await isSpent(db, spend))) await assertLeft(db, spend)
    },

    /** Takes one answer of the budget; the same job again takes none. */
    spend: (spend: Spend): Promise<'spent' | 'already'> =>
      db.transaction().execute(async (transaction) => {
        if (await isSpent(transaction, spend)) return 'already'
        await assertLeft(transaction, spend)
        const { jobId, cabinet, client, now } = spend
        await transaction
          .insertInto('cabinetSpends')
          .values({ jobId, cabinet, client, spentAt: now })
          .execute()
        return 'spent'
      }),
  }
}
