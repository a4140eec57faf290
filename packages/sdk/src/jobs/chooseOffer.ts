import type { Address, Hex } from 'viem'
import type { ModelTerms } from '../actions/modelTerms.ts'
import { BaseError } from '../errors/baseError.ts'
import { NoEligibleProviderError } from '../errors/noEligibleProvider.ts'
import { PriceAboveLimitError } from '../errors/priceAboveLimit.ts'
import { ProviderUntrustedError } from '../errors/providerUntrusted.ts'
import { requestQuote } from '../http/requestQuote.ts'
import type * as Quote from '../messages/quote.ts'
import { assertQuote } from './assertQuote.ts'
import type { Candidate, Refusal } from './findProviders.ts'
import type { JobContext } from './jobContext.ts'
import { type PreparedInput, type SealedInput, sealInput } from './sealInput.ts'

/** A provider with its verified quote and the input sealed to it. */
export type Offer = {
  candidate: Candidate
  quote: Quote.Quote
  quoteSignature: Hex
  sealed: SealedInput
  refusals: readonly Refusal[]
}

export type OfferOptions = {
  candidates: readonly Candidate[]
  refusals: readonly Refusal[]
  /** The provider that the caller named, if any. */
  provider: Address | undefined
  modelKey: Hex
  terms: ModelTerms
  maxPriceUsdc: bigint
  maxSecondsToSubmit: number
  input: PreparedInput
}

/** Asks candidates for a quote, the cheapest first, and takes the first that holds. */
export async function chooseOffer(context: JobContext, options: OfferOptions): Promise<Offer> {
  const refusals = [...options.refusals]
  for (const candidate of options.candidates) {
    try {
      return { ...(await makeOffer(context, options, candidate)), refusals }
    } catch (error) {
      context.signal.throwIfAborted()
      if (!(error instanceof BaseError) || options.provider !== undefined) throw error
      const { provider, endpoint } = candidate
      refusals.push({ provider, endpoint, code: error.code, reason: `gave no usable quote (${error.code})` })
    }
  }
  throw refusalOf(options, refusals)
}

async function makeOffer(context: JobContext, options: OfferOptions, candidate: Candidate) {
  const { client, signal } = context
  const { modelKey, terms, maxPriceUsdc, maxSecondsToSubmit, input } = options
  const { record, endpoint, priceUsdc } = candidate
  const account = client.account.address
  const sealed = await sealInput(input, record)
  const inputBytes = sealed.bytes
  const { quote, signature } = await requestQuote(endpoint, { client: account, modelKey, inputBytes, signal })
  // A provider that named a low price to be asked first does not get the job at a higher one.
  const maximum = options.provider === undefined && priceUsdc < maxPriceUsdc ? priceUsdc : maxPriceUsdc
  await assertQuote(client, {
    quote,
    signature,
    record,
    account,
    modelKey,
    terms,
    maxPriceUsdc: maximum,
    inputBytes,
    maxSecondsToSubmit,
  })
  return { candidate, quote, quoteSignature: signature, sealed }
}

/** The error that says why there is no offer: a price, a named provider's own reason, or all reasons together. */
export function refusalOf(
  { provider, modelKey, maxPriceUsdc }: Pick<OfferOptions, 'provider' | 'modelKey' | 'maxPriceUsdc'>,
  refusals: readonly Refusal[],
): BaseError {
  const asks = refusals.flatMap(({ priceUsdc }) => priceUsdc ?? [])
  const [first, ...rest] = asks
  if (first !== undefined) {
    const priceUsdc = rest.reduce((low, ask) => (ask < low ? ask : low), first)
    return new PriceAboveLimitError({ priceUsdc, maxPriceUsdc })
  }
  if (provider === undefined) return new NoEligibleProviderError(modelKey, refusals)
  const [refusal] = refusals
  return (
    refusal?.cause ?? new ProviderUntrustedError({ provider, reason: refusal?.reason ?? 'is not announced' })
  )
}
