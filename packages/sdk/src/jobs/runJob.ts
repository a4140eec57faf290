import type { Address, Hex } from 'viem'
import type { Writer } from '../client.ts'
import type * as ModelManifest from '../messages/modelManifest.ts'
import type { TensorSet } from '../messages/tensors/types.ts'
import { driveJob } from './driveJob.ts'
import { beforeSigning, createJobContext } from './jobContext.ts'
import type { JobOptions } from './jobOptions.ts'
import type { JobOutcome } from './jobOutcome.ts'
import { prepareJob } from './prepareJob.ts'
import { signJob } from './signJob.ts'

/** The model: its key, or its manifest if that is at hand. */
type ModelChoice =
  | { modelKey: Hex; manifest?: ModelManifest.ModelManifest | undefined }
  | { manifest: ModelManifest.ModelManifest; modelKey?: undefined }

export type RunJobParameters = JobOptions &
  ModelChoice & {
    /** By the names of the manifest; inputs with a default may be left out. */
    inputs: TensorSet
    /** Most that the job may cost, in USDC 1e-6. */
    maxPriceUsdc: bigint
    /** A provider's address; without it the cheapest one that is live. */
    provider?: Address | undefined
    /** Proof for a model with an allowlist. */
    accessProof?: Hex | undefined
    /** `sealed` by default; `public` leaves input and result readable for anybody. */
    privacy?: 'sealed' | 'public' | undefined
  }
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
