import type { Hex } from 'viem'
import { JobConflictError } from '../errors/jobConflict.ts'
import { JobUnknownError } from '../errors/jobUnknown.ts'
import { type ClientJob, formatClientJob, parseClientJob } from './clientJob.ts'
import type { ClientJobStore } from './clientJobStore.ts'

/**
 * Makes a job store that lives as long as the process: for tests and for programs that do not mind losing a result in a crash.
 *
 * @example
 * const outcome = await runJob(writer, { store: createMemoryJobStore(), modelKey, inputs, maxPriceUsdc: 5_000n })
 */
export function createMemoryJobStore(): ClientJobStore {
  const jobs = new Map<Hex, string>()
  const read = (jobId: Hex) => {
    const text = jobs.get(jobId)
    return text === undefined ? undefined : parseClientJob(JSON.parse(text))
  }
  return {
    async put(job) {
      const text = write(job)
      if ((jobs.get(job.jobId) ?? text) !== text) throw new JobConflictError(job.jobId)
      jobs.set(job.jobId, text)
    },
    async get(jobId) {
      return read(jobId)
    },
    async list() {
      const all = [...jobs.keys()].flatMap((jobId) => read(jobId) ?? [])
      return all.toSorted((a, b) => a.createdAtMs - b.createdAtMs)
    },
    async update(jobId, change) {
      const job = read(jobId)
      if (job === undefined) throw new JobUnknownError(jobId, 'the job store')
      const changed = change(job)
      jobs.set(jobId, write(changed))
      return changed
    },
  }
}

const write = (job: ClientJob): string => JSON.stringify(formatClientJob(job))
