import type { ModelTerms } from '@dim/sdk'
import type { DeclineCode } from '../errors/quoteDeclined.ts'
import { priceOf } from './pricing.ts'
import type { ServedModel } from './servedModels.ts'

/** All that an offer depends on, read at one moment. */
export type OfferFacts = {
  /** Chain time, seconds. */
  now: number
  model: ServedModel | undefined
  /** Undefined when nobody registered the model. */
  terms: ModelTerms | undefined
  feeBps: number
  stakeUsdc: bigint
  /** Stake that is bound by submitted jobs. */
  exposureUsdc: bigint
  /** Prices of jobs that are still to be submitted, and will bind stake then. */
  openUsdc: bigint
  exposureBps: number
  minimumStakeUsdc: bigint
  inputBytes: number
  maxInputBytes: number
  freePlaces: number
  freeQuotes: number
  /** How long a job that comes now is likely to wait and to run. */
  expectedMs: number
  secondsToSubmit: number
  /** What the machine lacks for the model, in words. */
  shortage: string | undefined
}

/** Of the time until `submitBy`: the rest is for what cannot be foreseen. */
const SHARE_OF_TIME = 0.8

export type Decline = { code: DeclineCode; why: string }

const decline = (code: DeclineCode, why: string): Decline => ({ code, why })

function modelReason({ model, terms }: OfferFacts): Decline | undefined {
  if (model === undefined) return decline('MODEL_UNKNOWN', 'this provider does not serve the model')
  if (terms === undefined) return decline('MODEL_UNKNOWN', 'nobody registered the model')
  if (terms.status !== 'active') return decline('MODEL_NOT_ACTIVE', `the model is ${terms.status}`)
  if (model.state !== 'warm') {
    return decline(
      'MODEL_NOT_READY',
      `the model is ${model.state}${model.reason ? ` (${model.reason})` : ''}`,
    )
  }
  return undefined
}

function sizeReason({ model, inputBytes, maxInputBytes }: OfferFacts): Decline | undefined {
  const most = Math.min(maxInputBytes, model?.maxInputBytes ?? maxInputBytes)
  return inputBytes > most
    ? decline('INPUT_TOO_LARGE', `the input has ${inputBytes} bytes, at most ${most} are taken`)
    : undefined
}

/** The owner's floor and the provider's ask. */
export const offeredPrice = ({ terms, model }: Pick<OfferFacts, 'terms' | 'model'>): bigint =>
  priceOf({ floorUsdc: terms?.floorUsdc ?? 0n, askUsdc: model?.askUsdc ?? 0n })

/** A submission that would bind more than the stake reverts, and the job could only run out. */
function canBind(facts: OfferFacts): boolean {
  const { stakeUsdc, exposureUsdc, openUsdc, exposureBps } = facts
  const toBind = ((openUsdc + offeredPrice(facts)) * BigInt(exposureBps)) / 10_000n
  return exposureUsdc + toBind <= stakeUsdc
}

function providerReason(facts: OfferFacts) {
  const { stakeUsdc, minimumStakeUsdc, freePlaces, freeQuotes } = facts
  const { shortage, expectedMs, secondsToSubmit } = facts
  if (stakeUsdc < minimumStakeUsdc) {
    return decline('PROVIDER_NOT_STAKED', 'the stake of this provider is below the minimum')
  }
  if (!canBind(facts)) return decline('CAPACITY_EXHAUSTED', 'jobs that wait to be paid bind the stake')
  if (shortage !== undefined) return decline('RESOURCES_EXHAUSTED', shortage)
  if (expectedMs > secondsToSubmit * 1000 * SHARE_OF_TIME) {
    const seconds = Math.ceil(expectedMs / 1000)
    return decline('CAPACITY_EXHAUSTED', `a job would take about ${seconds} seconds, its queue included`)
  }
  if (freePlaces <= 0) return decline('CAPACITY_EXHAUSTED', 'all places for jobs are taken')
  if (freeQuotes <= 0) return decline('CAPACITY_EXHAUSTED', 'too many quotes are waiting for their jobs')
  return undefined
}

/** Why no quote is given, most telling reason first; `undefined` when one is. */
export function reasonToDecline(facts: OfferFacts): Decline | undefined {
  return modelReason(facts) ?? sizeReason(facts) ?? providerReason(facts)
}
