import type { JobParams } from '@dim/sdk'
import type { Hex } from 'viem'
import { InputRejectedError } from '../errors/inputRejected.ts'
import { findTermsDifference } from './findTermsDifference.ts'
import type { InputStore } from './inputStore.ts'
import type { QuoteStore } from './quoteStore.ts'

/** Less than this until `submitBy` is not enough to run and to have the submission mined. */
const LEAST_SECONDS = 3

export type AdmissionOptions = {
  quotes: Pick<QuoteStore, 'findFor' | 'claim'>
  inputs: Pick<InputStore, 'missing'>
}

export type Refusal = { code: string; message: string }

export type Admission = { quoteNonce: Hex } | { refusal: Refusal }

type OpenedJob = { jobId: Hex; params: JobParams.JobParams; openedAt: number; now: number }

const refuse = (code: string, message: string): Admission => ({ refusal: { code, message } })

async function inputProblem(inputs: AdmissionOptions['inputs'], inputRef: Hex): Promise<Refusal | undefined> {
  try {
    const { length } = await inputs.missing(inputRef)
    if (length === 0) return undefined
    return { code: 'INPUT_INCOMPLETE', message: `${length} block(s) of the input were not pushed.` }
  } catch (error) {
    if (!(error instanceof InputRejectedError)) throw error
    return { code: error.code, message: error.shortMessage }
  }
}

/** Decides whether an opened job is one that was quoted and can be delivered in time. */
export function createAdmission({ quotes, inputs }: AdmissionOptions) {
  return async function admit({ jobId, params, openedAt, now }: OpenedJob): Promise<Admission> {
    const stored = await quotes.findFor(jobId, params, openedAt)
    if (stored === undefined) return refuse('QUOTE_UNKNOWN', 'No live quote of this provider fits the job.')
    const difference = findTermsDifference(stored.quote, params, openedAt)
    if (difference !== undefined) {
      return refuse('TERMS_MISMATCH', `"${difference.field}" of the job is not as quoted.`)
    }
    const secondsLeft = params.submitBy - now
    if (secondsLeft < LEAST_SECONDS) {
      return refuse('TOO_LITTLE_TIME', `Only ${secondsLeft} seconds are left until submitBy.`)
    }
    const refusal = await inputProblem(inputs, params.inputRef)
    if (refusal !== undefined) return { refusal }
    const claim = await quotes.claim(stored.quote.nonce, jobId)
    return claim === 'conflict' || claim === 'unknown'
      ? refuse('QUOTE_USED', 'The quote of the job was used by another one.')
      : { quoteNonce: stored.quote.nonce }
  }
}
