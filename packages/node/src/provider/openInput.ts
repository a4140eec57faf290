import { BaseError, Envelope, InputPayload, type JobParams, JobSpec, TensorSet } from '@dim/sdk'
import type { Hex } from 'viem'
import { InputRejectedError } from '../errors/inputRejected.ts'
import type { HpkeKey } from '../identity/identity.ts'
import { asClientFault } from './asClientFault.ts'

export type OpenedInput = {
  tensors: TensorSet.TensorSet
  jobSpec: JobSpec.JobSpec
  replyKey: Uint8Array
  /** Whether the client chose to have the job public. */
  isPlain: boolean
}

export type OpenInputOptions = {
  params: JobParams.JobParams
  getBlock: (ref: Hex) => Promise<Uint8Array>
  /** Current and retired keys: a client may have sealed to the one before. */
  keys: readonly HpkeKey[]
  maxBytes: number
}

type Source = { root: Uint8Array; ref: Hex; getChunk: (ref: Hex) => Promise<Uint8Array>; maxBytes: number }

const isNotOpened = (error: unknown): boolean =>
  error instanceof BaseError && error.code === 'ENVELOPE_NOT_OPENED'

async function openSealed(source: Source, keys: readonly HpkeKey[]): Promise<Uint8Array> {
  let last: unknown
  for (const { privateKey } of keys) {
    try {
      return await Envelope.open({ ...source, privateKey })
    } catch (error) {
      if (!isNotOpened(error)) throw error
      last = error
    }
  }
  throw last
}

function specProblem(
  jobSpec: JobSpec.JobSpec,
  { params, isPlain }: { params: JobParams.JobParams; isPlain: boolean },
): string | undefined {
  const { pattern, privacy, maxPriceUsdc } = jobSpec
  if (pattern !== 'single') return `this provider takes single jobs, not ${pattern} ones`
  if (jobSpec.modelId !== params.modelKey) return 'the job spec names another model than the job'
  if (maxPriceUsdc !== undefined && params.price > maxPriceUsdc) {
    return 'the price of the job is above the limit in its job spec'
  }
  return isPlain === (privacy === 'public')
    ? undefined
    : `the job spec says ${privacy}, the input is ${isPlain ? 'plain' : 'sealed'}`
}

/** Opens the input of a job and checks that it is what the client committed to; refuses with a code of `InputRejectedError`. */
export async function openInput({
  params,
  getBlock,
  keys,
  maxBytes,
}: OpenInputOptions): Promise<OpenedInput> {
  const root = await getBlock(params.inputRef)
  const source = { root, ref: params.inputRef, getChunk: getBlock, maxBytes }
  const { isSealed } = await asClientFault('its envelope is broken', () => Envelope.describe(root, maxBytes))
  const payload = await asClientFault('its envelope cannot be opened', async () =>
    InputPayload.decode(isSealed ? await openSealed(source, keys) : await Envelope.openPlain(source)),
  )
  const tensors = await asClientFault('its tensors are broken', () => TensorSet.decode(payload.tensors))
  const jobSpec = await asClientFault('its job spec is broken', () => JobSpec.decode(payload.jobSpec))
  const commit = TensorSet.inputCommit({ digest: TensorSet.digest(tensors), salt: payload.salt })
  if (commit !== params.inputCommit) {
    throw new InputRejectedError('INPUT_COMMIT_MISMATCH', 'it is not what the job commits to')
  }
  const problem = specProblem(jobSpec, { params, isPlain: !isSealed })
  if (problem !== undefined) throw new InputRejectedError('JOB_SPEC_MISMATCH', problem)
  return { tensors, jobSpec, replyKey: payload.replyKey, isPlain: !isSealed }
}
