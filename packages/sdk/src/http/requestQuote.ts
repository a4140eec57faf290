import type { Address, Hex } from 'viem'
import * as z from 'zod'
import { signature } from '../messages/fields.ts'
import * as Quote from '../messages/quote.ts'
import type { RequestOptions } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

const schema = z.object({ quote: Quote.schema, signature })

export type RequestQuoteParameters = RequestOptions & {
  /** Account that will pay. */
  client: Address
  modelKey: Hex
  /** Bytes of the sealed input: root and chunks. */
  inputBytes: number
}
export type RequestQuoteReturnType = { quote: Quote.Quote; signature: Hex }

/**
 * Asks a node for a signed, expiring price (`POST /api/quotes`).
 *
 * @returns The quote and the service key's signature; neither is checked here (`runJob` checks both).
 * @throws the node's own code when it declines, or `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, `HTTP_BAD_ANSWER`.
 * @example
 * const { quote } = await requestQuote(endpoint, { client: account.address, modelKey, inputBytes: 2_048 })
 */
export function requestQuote(
  endpoint: string,
  { client, modelKey, inputBytes, signal, timeoutMs }: RequestQuoteParameters,
): Promise<RequestQuoteReturnType> {
  const json = { client, modelKey, inputBytes }
  const ask = () =>
    requestJson({ endpoint, path: '/api/quotes', method: 'POST', json, schema, signal, timeoutMs })
  // A second quote only replaces the first.
  return withRetries(ask, { signal })
}
