import { randomBytes } from 'node:crypto'
import { getChainTime } from '@dim/sdk'
import { createChainActs } from './chainActs.ts'
import { createDelivery } from './delivery.ts'
import { createInputReader } from './inputReader.ts'
import { createInputStore, type InputBlock } from './inputStore.ts'
import { createJobEvents } from './jobEvents.ts'
import { createJobStatusReader } from './jobStatus.ts'
import { createJobStore } from './jobStore.ts'
import type { ProviderOptions } from './providerOptions.ts'
import { createQuoteDesk, type QuoteRequest } from './quoteDesk.ts'
import { createQuoteStore } from './quoteStore.ts'
import { createRelay } from './relay.ts'
import { logStage } from './stage.ts'

/** The provider role: quotes, takes inputs, runs jobs, delivers and is paid. */
export function createProvider(options: ProviderOptions) {
  const { reader, identity, db, sender, inbox, models, policy, metrics, logger, signal } = options
  const provider = identity.account.address
  const nowMs = () => Date.now()
  const chainTime = () => getChainTime(reader)
  const quotes = createQuoteStore(db, { nowMs })
  const jobs = createJobStore(db, { nowMs })
  const inputs = createInputStore({ ...options, content: inbox, quotes, chainTime, nowMs })
  const acts = createChainActs({ db, reader, sender, signal })
  const readInput = createInputReader({ ...policy, identity, inputs, models, cabinets: options.cabinets })
  const { tracker, settleDue } = createDelivery({ ...options, quotes, jobs, inputs, readInput, acts })
  const desk = createQuoteDesk({
    reader,
    provider,
    serviceAccount: identity.serviceAccount,
    quotes,
    models,
    policy,
    capacity: () => tracker.status().room,
    forecast: options.forecast,
    openUsdc: jobs.sumOpenUsdc,
    onOffer: (offer) => metrics.offersTotal.inc(offer),
    randomBytes,
  })
  const { touch } = tracker
  const onPaid = (usdc: bigint) => metrics.earnedUnitsTotal.inc({ asset: 'usdc' }, Number(usdc))

  return {
    acts,
    events: createJobEvents({ provider, jobEscrow: reader.dim.jobEscrow, jobs, touch, onPaid, logger }),
    relay: createRelay({ reader, quotes, inputs, readInput, jobs, acts, logger, signal }),
    getStatus: createJobStatusReader({ reader, jobs }),
    inputAllowance: inputs.allowance,

    async quote(request: QuoteRequest) {
      const signed = await desk.issue(request)
      logStage(logger, 'quoted', { quoteNonce: signed.quote.nonce, modelKey: request.modelKey })
      return signed
    },

    async storeInputBlock(block: InputBlock) {
      const outcome = await inputs.put(block)
      logStage(logger, 'input-stored', { quoteNonce: block.quoteNonce, cid: block.cid, outcome })
      return outcome
    },

    /** What has to be done again and again; each is safe to call at any time. */
    chores: { sweep: tracker.sweep, settle: settleDue, collect: inputs.collect },
    idle: tracker.idle,
    countByState: jobs.countByState,
    status: tracker.status,
  }
}
