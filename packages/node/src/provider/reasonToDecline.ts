import type { ModelTerms } from '@dim/sdk'
import type { DeclineCode } from '../errors/quoteDeclined.ts'
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
  minimumStakeUsdc: bigint
  inputBytes: number
  maxInputBytes: number
  freePlaces: number
  freeQuotes: number
}

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

function providerReason({ stakeUsdc, minimumStakeUsdc, freePlaces, freeQuotes }: OfferFacts) {
  if (stakeUsdc < minimumStakeUsdc) {
    return decline('PROVIDER_NOT_STAKED', 'the stake of this provider is below the minimum')
  }
  if (freePlaces <= 0) return decline('CAPACITY_EXHAUSTED', 'all places for jobs are taken')
  if (freeQuotes <= 0) return decline('CAPACITY_EXHAUSTED', 'too many quotes are waiting for their jobs')
  return undefined
}

/** Why no quote is given, most telling reason first; `undefined` when one is. */
export function reasonToDecline(facts: OfferFacts): Decline | undefined {
  return modelReason(facts) ?? sizeReason(facts) ?? providerReason(facts)
}
