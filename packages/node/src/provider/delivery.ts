import { randomBytes } from 'node:crypto'
import type { Metrics } from '../telemetry/metrics.ts'
import { createAdmission } from './admission.ts'
import type { ChainActs } from './chainActs.ts'
import type { InputReader } from './inputReader.ts'
import type { InputStore } from './inputStore.ts'
import { createJobRunner } from './jobRunner.ts'
import { createJobSteps } from './jobSteps.ts'
import type { JobStore, ProviderJob } from './jobStore.ts'
import { createJobTracker } from './jobTracker.ts'
import type { ProviderOptions } from './providerOptions.ts'
import type { QuoteStore } from './quoteStore.ts'
import type { ServedModels } from './servedModels.ts'
import { createSettler } from './settler.ts'

/** Jobs that wait for a place, for each that runs. */
const WAITING_PER_PLACE = 4

export type DeliveryOptions = ProviderOptions & {
  quotes: QuoteStore
  jobs: JobStore
  inputs: InputStore
  readInput: InputReader
  acts: ChainActs
}

function countJob(metrics: Metrics, models: ServedModels, job: ProviderJob, outcome: string): void {
  const model = models.get(job.params.modelKey)
  const reason = job.decline?.code ?? (outcome === 'refunded' ? 'OVERDUE' : 'none')
  const ep = model?.executionProviders[0] ?? 'none'
  metrics.jobsTotal.inc({ model: model?.name ?? job.params.modelKey, ep, outcome, reason })
}

/** From an opened job to its payment. */
export function createDelivery(options: DeliveryOptions) {
  const { reader, jobs, acts, inputs, quotes, models, metrics, logger, signal } = options
  const run = createJobRunner({
    ...options,
    randomBytes,
    onTimings: (timings) => {
      for (const [phase, ms] of Object.entries(timings)) metrics.jobSeconds.observe({ phase }, ms / 1000)
    },
  })
  const steps = createJobSteps({
    jobs,
    acts,
    admit: createAdmission({ quotes, inputs }),
    run,
    expireOverdue: options.expireOverdue,
    logger,
    signal,
    onEnd: (job, outcome) => countJob(metrics, models, job, outcome),
  })
  const concurrency = options.maxConcurrentJobs
  const limit = concurrency * WAITING_PER_PLACE
  const tracker = createJobTracker({ reader, jobs, steps, concurrency, limit, logger, signal })
  return { tracker, settleDue: createSettler({ reader, jobs, acts, touch: tracker.touch }) }
}
