import type { Generated, Kysely, Selectable, Transaction } from 'kysely'

/**
 * Block numbers, times and flags are integers; amounts are decimal strings (they may exceed 2^53);
 * hashes and addresses are lower-case 0x strings; `*Json` columns hold JSON text.
 */
export type Database = {
  meta: MetaTable
  chainCheckpoints: ChainCheckpointTable
  chainBlocks: ChainBlockTable
  chainEvents: ChainEventTable
  chainJobs: ChainJobTable
  providerJobs: ProviderJobTable
  quotes: QuoteTable
  pushedBlocks: PushedBlockTable
  txIntents: TxIntentTable
  models: ModelTable
  modelProfiles: ModelProfileTable
  cabinetSpends: CabinetSpendTable
}

/** What a handler gets inside of the follower's transaction and everybody else outside of it. */
export type Db = Kysely<Database> | Transaction<Database>

export type MetaTable = { key: string; value: string }

export type ChainCheckpointTable = { follower: string; blockNumber: number; blockHash: string }

export type ChainBlockTable = { follower: string; blockNumber: number; blockHash: string; parentHash: string }

export type ChainEventTable = {
  follower: string
  blockHash: string
  logIndex: number
  blockNumber: number
  blockTimestamp: number
  transactionHash: string
  address: string
  eventName: string
  argsJson: string
}

/** A job as the chain tells it; `blockNumber` is the block of the event that set `status`. */
export type ChainJobTable = {
  jobId: string
  status: 'open' | 'submitted' | 'challenged' | 'paid' | 'refunded' | 'split' | 'revoked'
  provider: string
  client: string
  modelKey: string
  paramsJson: string
  submitBy: number
  challengeWindow: number
  submittedAt: number | null
  chargedUsdc: string | null
  resultCommit: string | null
  resultRef: string | null
  toProviderUsdc: string | null
  openedTx: string
  submittedTx: string | null
  closedTx: string | null
  blockNumber: number
  blockHash: string
}

/**
 * `received` → `admitted` → `running` → `computed` → `submitting` → `submitted`, then the end that the chain gave it;
 * `declining` is the way to `refunded`, `vanished` waits for a job that a reorganisation took away.
 */
export type ProviderJobState =
  | 'received'
  | 'admitted'
  | 'running'
  | 'computed'
  | 'submitting'
  | 'submitted'
  | 'declining'
  | 'vanished'
  | 'paid'
  | 'refunded'
  | 'split'

/** What this node did for a job: written before it acts, so that a restart repeats the same act. */
export type ProviderJobTable = {
  jobId: string
  state: ProviderJobState
  quoteNonce: string | null
  modelKey: string
  client: string
  paramsJson: string
  inputRef: string
  attempts: Generated<number>
  resultRef: string | null
  resultCommit: string | null
  resultSalt: string | null
  resultDigest: string | null
  chargedUsdc: string | null
  receiptJson: string | null
  detailsJson: string | null
  openTx: string | null
  submitTx: string | null
  closeTx: string | null
  /** Chain times, seconds. */
  openedAt: number
  submittedAt: number | null
  error: string | null
  errorCode: string | null
  createdAtMs: number
  updatedAtMs: number
}

export type QuoteTable = {
  nonce: string
  client: string
  modelKey: string
  priceUsdc: string
  quoteJson: string
  signature: string
  maxInputBytes: number
  /** Chain time, seconds. */
  expiresAt: number
  jobId: string | null
  createdAtMs: number
}

export type PushedBlockTable = { quoteNonce: string; cid: string; bytes: number; createdAtMs: number }

/** `recorded` before signing, `signed` before broadcast, then `mined` or `reverted` for good. */
export type TxIntentState = 'recorded' | 'signed' | 'mined' | 'reverted' | 'dropped'

export type TxIntentTable = {
  intent: string
  chainId: number
  sender: string
  to: string
  data: string
  valueWei: string
  gas: string | null
  state: TxIntentState
  nonce: number | null
  /** JSON list of every signed version, oldest first: {hash, raw, maxFeePerGas, maxPriorityFeePerGas}. */
  versionsJson: Generated<string>
  minedHash: string | null
  minedBlock: number | null
  errorJson: string | null
  createdAtMs: number
  updatedAtMs: number
}

export type ModelTable = {
  modelKey: string
  name: string
  manifestJson: string
  dir: string
  bytes: number
  state: 'fetching' | 'ready' | 'refused'
  reason: string | null
  pinned: Generated<number>
  goldenPassed: number | null
  lastUsedAtMs: number
}

/** Measured on this machine; `options` names engine, system and session options. */
export type ModelProfileTable = {
  modelKey: string
  executionProvider: string
  options: string
  loadMs: number
  memoryBytes: number
  runMs: number
  twoThreadsMs: number | null
  batchJson: string | null
  measuredAtMs: number
}

/** One answer of a cabinet; `spentAt` is chain time in seconds. */
export type CabinetSpendTable = { jobId: string; cabinet: string; client: string; spentAt: number }

export type ModelProfileRow = Selectable<ModelProfileTable>
export type ProviderJobRow = Selectable<ProviderJobTable>
export type QuoteRow = Selectable<QuoteTable>
export type TxIntentRow = Selectable<TxIntentTable>
