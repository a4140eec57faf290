import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  `create table meta (key text primary key, value text not null) strict`,
  `create table chainCheckpoints (
     follower text primary key, blockNumber integer not null, blockHash text not null) strict`,
  `create table chainBlocks (
     follower text not null, blockNumber integer not null, blockHash text not null, parentHash text not null,
     primary key (follower, blockNumber)) strict, without rowid`,
  `create table chainEvents (
     follower text not null, blockHash text not null, logIndex integer not null, blockNumber integer not null,
     blockTimestamp integer not null, transactionHash text not null, address text not null,
     eventName text not null, argsJson text not null,
     primary key (follower, blockHash, logIndex)) strict, without rowid`,
  `create index chainEventsByBlock on chainEvents (follower, blockNumber)`,
  `create table chainJobs (
     jobId text primary key,
     status text not null check (status in ('open', 'submitted', 'challenged', 'paid', 'refunded', 'split', 'revoked')),
     provider text not null, client text not null, modelKey text not null, paramsJson text not null,
     submitBy integer not null, challengeWindow integer not null, submittedAt integer, chargedUsdc text,
     resultCommit text, resultRef text, toProviderUsdc text,
     openedTx text not null, submittedTx text, closedTx text,
     blockNumber integer not null, blockHash text not null) strict`,
  `create index chainJobsByStatus on chainJobs (provider, status)`,
  `create table providerJobs (
     jobId text primary key,
     state text not null check (state in ('received', 'admitted', 'running', 'computed', 'submitting', 'submitted',
       'declining', 'vanished', 'paid', 'refunded', 'split')),
     quoteNonce text unique, modelKey text not null, client text not null, paramsJson text not null,
     inputRef text not null, attempts integer not null default 0,
     resultRef text, resultCommit text, resultSalt text, resultDigest text, chargedUsdc text,
     receiptJson text, detailsJson text, openTx text, submitTx text, closeTx text,
     openedAt integer not null, submittedAt integer,
     error text, errorCode text, createdAtMs integer not null, updatedAtMs integer not null) strict`,
  `create index providerJobsByState on providerJobs (state, createdAtMs)`,
  `create table quotes (
     nonce text primary key, client text not null, modelKey text not null, priceUsdc text not null,
     quoteJson text not null, signature text not null, maxInputBytes integer not null, expiresAt integer not null,
     jobId text unique, createdAtMs integer not null) strict`,
  `create index quotesByExpiry on quotes (expiresAt)`,
  `create table pushedBlocks (
     quoteNonce text not null references quotes (nonce) on delete cascade, cid text not null,
     bytes integer not null, createdAtMs integer not null, primary key (quoteNonce, cid)) strict, without rowid`,
  `create table txIntents (
     intent text primary key, chainId integer not null, sender text not null, "to" text not null, data text not null,
     valueWei text not null, gas text,
     state text not null check (state in ('recorded', 'signed', 'mined', 'reverted', 'dropped')),
     nonce integer, versionsJson text not null default '[]', minedHash text, minedBlock integer, errorJson text,
     createdAtMs integer not null, updatedAtMs integer not null) strict`,
  `create unique index txIntentsByNonce on txIntents (chainId, sender, nonce) where nonce is not null`,
  `create table models (
     modelKey text primary key, name text not null, manifestJson text not null, dir text not null,
     bytes integer not null, state text not null check (state in ('fetching', 'ready', 'refused')), reason text,
     pinned integer not null default 0, goldenPassed integer, lastUsedAtMs integer not null) strict`,
]

/** Tables of the first release; see `database.ts` for what the columns hold. */
export const initial: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
