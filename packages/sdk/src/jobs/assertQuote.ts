import { type Address, type Hex, isAddressEqual } from 'viem'
import { getChainTime } from '../actions/getChainTime.ts'
import { getFeeBps } from '../actions/getFeeBps.ts'
import type { ModelTerms } from '../actions/modelTerms.ts'
import type { Reader } from '../client.ts'
import { InputTooLargeError } from '../errors/inputTooLarge.ts'
import { PriceAboveLimitError } from '../errors/priceAboveLimit.ts'
import { QuoteExpiredError } from '../errors/quoteExpired.ts'
import { QuoteMismatchError } from '../errors/quoteMismatch.ts'
import { SignatureInvalidError } from '../errors/signatureInvalid.ts'
import type * as ProviderRecord from '../messages/providerRecord.ts'
import * as Quote from '../messages/quote.ts'

/** What a quote is measured by. */
export type QuoteExpectation = {
  quote: Quote.Quote
  signature: Hex
  record: ProviderRecord.ProviderRecord
  account: Address
  modelKey: Hex
  terms: ModelTerms
  maxPriceUsdc: bigint
  inputBytes: number
  maxSecondsToSubmit: number
}

/** Refuses a quote that its provider's service key did not sign, that the chain contradicts, or that costs too much. */
export async function assertQuote(client: Reader, expectation: QuoteExpectation): Promise<void> {
  const { quote, signature, record, maxPriceUsdc, inputBytes } = expectation
  const signer = record.serviceKey
  if (!(await Quote.verify(client.dim, quote, { signature, signer })))
    throw new SignatureInvalidError('The quote', signer)
  const [chainTime, feeBps] = await Promise.all([getChainTime(client), getFeeBps(client)])
  assertTerms(expectation, feeBps)
  if (quote.price > maxPriceUsdc) throw new PriceAboveLimitError({ priceUsdc: quote.price, maxPriceUsdc })
  if (quote.expiresAt <= chainTime) throw new QuoteExpiredError({ expiresAt: quote.expiresAt, chainTime })
  if (quote.maxInputBytes < inputBytes) {
    throw new InputTooLargeError({ bytes: inputBytes, maxBytes: quote.maxInputBytes })
  }
}

function assertTerms(expectation: QuoteExpectation, feeBps: number): void {
  const { quote, record, account, modelKey, terms, maxSecondsToSubmit } = expectation
  const match = (field: string, isRight: boolean, values: { quoted: unknown; expected: unknown }) => {
    if (isRight) return
    throw new QuoteMismatchError(field, { quoted: String(values.quoted), expected: String(values.expected) })
  }
  const equal = (field: string, quoted: unknown, expected: unknown) =>
    match(field, quoted === expected, { quoted, expected })
  match('provider', isAddressEqual(quote.provider, record.provider), {
    quoted: quote.provider,
    expected: record.provider,
  })
  match('client', isAddressEqual(quote.client, account), { quoted: quote.client, expected: account })
  equal('modelKey', quote.modelKey, modelKey)
  equal('floor', quote.floor, terms.floorUsdc)
  equal('royaltyBps', quote.royaltyBps, terms.royaltyBps)
  equal('feeBps', quote.feeBps, feeBps)
  // Until then the money of a job is bound, whether the provider works or not.
  match('secondsToSubmit', quote.secondsToSubmit <= maxSecondsToSubmit, {
    quoted: quote.secondsToSubmit,
    expected: `at most ${maxSecondsToSubmit}`,
  })
  match('price', quote.price >= quote.floor, { quoted: quote.price, expected: `at least ${quote.floor}` })
}
