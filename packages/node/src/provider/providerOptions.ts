import type { Reader } from '@dim/sdk'
import type { Logger } from 'pino'
import type { EngineRunner } from '../backends/engineRunner.ts'
import type { Cabinets } from '../cabinets/cabinets.ts'
import type { TransactionSender } from '../chain/transactionSender.ts'
import type { ContentStore } from '../content/contentStore.ts'
import type { Identity } from '../identity/identity.ts'
import type { Db } from '../storage/database.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Forecast, QuotePolicy } from './quoteDesk.ts'
import type { ServedModels } from './servedModels.ts'

export type ProviderOptions = {
  reader: Reader
  identity: Identity
  db: Db
  sender: TransactionSender
  /** Sealed inputs; never offered. */
  inbox: ContentStore
  /** Models and sealed results; offered to everybody. */
  content: ContentStore
  pool: EngineRunner
  /** Data sets that jobs may ask for aggregates. */
  cabinets: Cabinets
  models: ServedModels
  policy: QuotePolicy
  forecast: Forecast
  maxBlockBytes: number
  maxConcurrentJobs: number
  timeoutMs: number
  sandbox: string
  expireOverdue: boolean
  metrics: Metrics
  logger: Logger
  signal: AbortSignal
}
