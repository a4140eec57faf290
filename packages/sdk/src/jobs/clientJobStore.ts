import type { Hex } from 'viem'
import type { ClientJob } from './clientJob.ts'

/**
 * Where a client keeps its jobs, so that a crash at any point loses neither money nor result.
 *
 * Every method resolves only when what it wrote survives a crash. A record holds the job's private key.
 */
export interface ClientJobStore {
  /** Writes a new job; the same record again changes nothing. Throws `JOB_CONFLICT` when the id is there with other content. */
  put(job: ClientJob): Promise<void>
  /** The job, or `undefined`. The answer is a copy: changing it changes nothing in the store. */
  get(jobId: Hex): Promise<ClientJob | undefined>
  /** All jobs, oldest first. */
  list(): Promise<readonly ClientJob[]>
  /** Changes one job; calls for the same id take turns. Throws `JOB_UNKNOWN` for an id that is not there. */
  update(jobId: Hex, change: (job: ClientJob) => ClientJob): Promise<ClientJob>
}
