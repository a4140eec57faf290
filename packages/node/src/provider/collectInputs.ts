import { sql } from 'kysely'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import type { Db } from '../storage/database.ts'
import { endStates } from './jobStore.ts'

const MOST_AT_ONCE = 10_000

/** How long an unused quote is remembered, for jobs that the chain tells of late. */
const KEEP_UNUSED_SECONDS = 3_600

export type CollectInputsOptions = {
  db: Db
  content: ContentStore
  chainTime: () => Promise<number>
  /** Nothing is pushed while one block is forgotten. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>
}

/** Claimed, but its job was not opened by the time at which it could still be delivered. */
const wasNeverOpened = (now: number) =>
  sql<boolean>`"providerJobs"."jobId" is null and quotes."expiresAt" + json_extract(quotes."quoteJson", '$.secondsToSubmit') < ${now}`

const deadBlocks = (db: Db, now: number) =>
  db
    .selectFrom('quotes')
    .leftJoin('providerJobs', 'providerJobs.jobId', 'quotes.jobId')
    .innerJoin('pushedBlocks', 'pushedBlocks.quoteNonce', 'quotes.nonce')
    .select(['quotes.nonce', 'pushedBlocks.cid'])
    .where('quotes.expiresAt', '<', now)
    .where((eb) =>
      eb.or([eb('quotes.jobId', 'is', null), eb('providerJobs.state', 'in', endStates), wasNeverOpened(now)]),
    )
    .limit(MOST_AT_ONCE)
    .execute()

/** Quotes that can no longer be of use; one with blocks goes after them, one with a job stays with it. */
async function forgetQuotes(db: Db, now: number): Promise<void> {
  const dead = db
    .selectFrom('quotes')
    .leftJoin('providerJobs', 'providerJobs.jobId', 'quotes.jobId')
    .leftJoin('pushedBlocks', 'pushedBlocks.quoteNonce', 'quotes.nonce')
    .select('quotes.nonce')
    .where('quotes.expiresAt', '<', now - KEEP_UNUSED_SECONDS)
    .where('pushedBlocks.cid', 'is', null)
    .where(wasNeverOpened(now))
    .limit(MOST_AT_ONCE)
  await db.deleteFrom('quotes').where('nonce', 'in', dead).execute()
}

/** Forgets the blocks of quotes that ran out and of jobs that have ended, and in time the quotes. */
export async function collectInputs({ db, content, chainTime, inTurn }: CollectInputsOptions): Promise<void> {
  const now = await chainTime()
  const dead = await deadBlocks(db, now)
  const forget = async (nonce: string, cid: string) => {
    await db.deleteFrom('pushedBlocks').where('quoteNonce', '=', nonce).where('cid', '=', cid).execute()
    const other = await db.selectFrom('pushedBlocks').select('cid').where('cid', '=', cid).executeTakeFirst()
    if (other === undefined) await content.unpin(CID.parse(cid))
  }
  for (const { nonce, cid } of dead) await inTurn(() => forget(nonce, cid))
  if (dead.length > 0) await content.gc()
  await forgetQuotes(db, now)
}
