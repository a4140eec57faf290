import type { Writer } from '../client.ts'
import { driveJob } from './driveJob.ts'
import { beforeSigning, createJobContext } from './jobContext.ts'
import type { JobOutcome } from './jobOutcome.ts'
import { prepareJob } from './prepareJob.ts'
import type { RunJobParameters } from './runJobParameters.ts'
import { signJob } from './signJob.ts'

export type { RunJobParameters }
export type RunJobReturnType = JobOutcome

/**
 * Buys one inference: chooses a provider, checks its quote against the chain, pushes the sealed input, has the client sign one
 * payment, waits for the result, verifies it and accepts it.
 *
 * Nothing is signed before the input is acknowledged and the job's key is stored. The account needs USDC but no gas, as long as
 * the provider relays.
 *
 * @param client A client with an account that signs: local, or in a wallet.
 * @returns Verified outputs, the signed receipt, what was charged and what came back (USDC 1e-6), transactions and timings.
 * @throws Before the signature, free of charge: `NO_ELIGIBLE_PROVIDER`, `PRICE_ABOVE_LIMIT`, `INSUFFICIENT_FUNDS`, `INPUT_MISMATCH`,
 *   `MODEL_UNAVAILABLE`, `PUBLISHER_MISMATCH`, `QUOTE_MISMATCH`, `JOB_ABORTED`. After it: `JOB_NOT_OPENED`, `JOB_EXPIRED` and
 *   `JOB_DECLINED` (money back), `BLOCK_TAMPERED`, `RESULT_COMMIT_MISMATCH`, `RECEIPT_INVALID`, `OUTPUT_MISMATCH` and `RESULT_REJECTED` (not
 *   accepted), `RESULT_UNAVAILABLE`, `JOB_DETACHED` (goes on by `resumeJob`).
 * @example
 * const { outputs, receipt } = await runJob(writer, { store, modelKey, inputs, maxPriceUsdc: 3_000n })
 */
export async function runJob(client: Writer, parameters: RunJobParameters): Promise<RunJobReturnType> {
  const context = createJobContext(client, parameters)
  const signed = await beforeSigning(context, async () =>
    signJob(context, await prepareJob(context, parameters)),
  )
  return driveJob(context, signed, { isFresh: true })
}
