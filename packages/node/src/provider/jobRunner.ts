import { BaseError, getChainTime, type JobParams, type Reader } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import type { Hex, LocalAccount } from 'viem'
import type { EngineRunner } from '../backends/engineRunner.ts'
import { cabinetOf } from '../cabinets/cabinetOf.ts'
import type { Cabinets } from '../cabinets/cabinets.ts'
import type { ContentStore } from '../content/contentStore.ts'
import type { InputReader } from './inputReader.ts'
import type { NewResult } from './jobStore.ts'
import { makeResult } from './makeResult.ts'

const RAW = 0x55
/** Sealing, keeping and submitting a result take their time before `submitBy`. */
const SECONDS_TO_SUBMIT = 2

export type JobRunnerOptions = {
  reader: Reader
  identity: { serviceAccount: LocalAccount }
  readInput: InputReader
  pool: EngineRunner
  cabinets: Pick<Cabinets, 'run'>
  /** Where results are offered from. */
  content: ContentStore
  timeoutMs: number
  sandbox: string
  randomBytes: (length: number) => Uint8Array
  onTimings: (timings: { queue: number; load: number; run: number; transfer: number }) => void
}

export type RunnableJob = { jobId: Hex; params: JobParams.JobParams }

export type JobRunner = ReturnType<typeof createJobRunner>

/** Runs a job and puts its sealed result on disk; nobody knows of it before the caller records and submits it. */
export function createJobRunner(options: JobRunnerOptions) {
  const { reader, identity, readInput, pool, cabinets, content, timeoutMs, sandbox, randomBytes } = options

  const infer = async ({ params }: RunnableJob, signal: AbortSignal) => {
    const { input, model, tensors } = await readInput(params, signal)
    const secondsLeft = params.submitBy - (await getChainTime(reader)) - SECONDS_TO_SUBMIT
    try {
      const { dir, entry, manifest, goldenPassed } = model
      const [executionProvider] = goldenPassed
      const runnable = { key: params.modelKey, dir, entry, maxOutputBytes: manifest.maxima.outputBytes }
      const request = {
        model: runnable,
        timeoutMs: Math.min(timeoutMs, manifest.maxima.runMs),
        priority: input.jobSpec.priority,
        deadlineMs: Math.max(1, secondsLeft * 1000),
        signal,
        ...(executionProvider === undefined ? {} : { executionProvider }),
      }
      const query = cabinetOf(input.jobSpec)
      const run =
        query === undefined
          ? await pool.run({ ...request, inputs: tensors })
          : await cabinets.run({ params, query, model, tensors, request, timeoutMs })
      return { input, run }
    } finally {
      model.release()
    }
  }

  const keep = async (jobId: Hex, blocks: readonly Uint8Array[]): Promise<void> => {
    for (const block of blocks) {
      const cid = CID.createV1(RAW, await sha256.digest(block))
      await content.putBlock(cid, block)
      await content.pin(cid, `result:${jobId}`)
    }
  }

  return async function runJob(job: RunnableJob, signal: AbortSignal): Promise<NewResult> {
    const { input, run } = await infer(job, signal)
    options.onTimings(run.timingsMs)
    const { record, blocks } = await makeResult({
      deployment: reader.dim,
      serviceAccount: identity.serviceAccount,
      jobId: job.jobId,
      params: job.params,
      input,
      run,
      chargedUsdc: job.params.price,
      servedAt: await getChainTime(reader),
      sandbox,
      randomBytes,
    })
    await keep(job.jobId, blocks)
    return record
  }
}

/** Codes of runs that would end the same way again. */
const lasting =
  /^(INPUT_|CABINET_|JOB_SPEC_|DEADLINE_|JOB_TIMEOUT$|MEMORY_LIMIT$|OUTPUT_TOO_LARGE$|MODEL_RUN_FAILED$|MODEL_LOAD_FAILED$|TENSOR_|BACKEND_(REFUSED|TIMED_OUT|ANSWER_TOO_LARGE|DTYPE_UNSUPPORTED)$)/

/** Why a failed run is not tried again, or `undefined` when it is. */
export function lastingReason(error: unknown): { code: string; message: string } | undefined {
  if (!(error instanceof BaseError) || !lasting.test(error.code)) return undefined
  return { code: error.code, message: error.shortMessage }
}
