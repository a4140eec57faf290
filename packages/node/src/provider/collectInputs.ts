import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import type { Db } from '../storage/database.ts'
import { endStates } from './jobStore.ts'

const MOST_AT_ONCE = 10_000

export type CollectInputsOptions = { db: Db; content: ContentStore; chainTime: () => Promise<number> }

const deadBlocks = (db: Db, now: number) =>
  db
    .selectFrom('quotes')
    .leftJoin('providerJobs', 'providerJobs.jobId', 'quotes.jobId')
    .innerJoin('pushedBlocks', 'pushedBlocks.quoteNonce', 'quotes.nonce')
    .select(['quotes.nonce', 'pushedBlocks.cid'])
    .where('quotes.expiresAt', '<', now)
    .where((eb) => eb.or([eb('quotes.jobId', 'is', null), eb('providerJobs.state', 'in', endStates)]))
    .limit(MOST_AT_ONCE)
    .execute()

/** Forgets the blocks of quotes that ran out unused and of jobs that have ended. */
export async function collectInputs({ db, content, chainTime }: CollectInputsOptions): Promise<void> {
  const dead = await deadBlocks(db, await chainTime())
  for (const { nonce, cid } of dead) {
    await db.deleteFrom('pushedBlocks').where('quoteNonce', '=', nonce).where('cid', '=', cid).execute()
    const other = await db.selectFrom('pushedBlocks').select('cid').where('cid', '=', cid).executeTakeFirst()
    if (other === undefined) await content.unpin(CID.parse(cid))
  }
  if (dead.length > 0) await content.gc()
}
