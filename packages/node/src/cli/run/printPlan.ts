import {
  BaseError,
  getNodeInfo,
  getUsdcBalance,
  InsufficientFundsError,
  listProviders,
  NoEligibleProviderError,
  PriceAboveLimitError,
  type ProviderRefusal,
  type Quote,
  type RunJobParameters,
  requestQuote,
  TensorSet,
} from '@dim/sdk'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import type { Session } from '../wallet/openSession.ts'

type Plan = Pick<RunJobParameters, 'inputs' | 'maxPriceUsdc' | 'provider'> & { modelKey: Hex }
type Offer = { endpoint: string; quote: Quote.Quote }

/** A dry run asks every provider for a quote and stops before anything is sealed, sent or signed. */
export async function printPlan(
  { out }: Context,
  { chain, account }: Session,
  { modelKey, inputs, maxPriceUsdc, provider }: Plan,
): Promise<void> {
  // A run over a cabinet has no tensors, but an envelope all the same.
  const inputBytes = Math.max(1, TensorSet.encode(inputs).length)
  const providers = await listProviders(chain, { provider })
  const refusals: ProviderRefusal[] = []
  const offers: Offer[] = []
  for (const { endpoint, provider: address } of providers) {
    try {
      await getNodeInfo(endpoint)
      const { quote } = await requestQuote(endpoint, { client: account.address, modelKey, inputBytes })
      offers.push({ endpoint, quote })
    } catch (error) {
      if (!(error instanceof BaseError)) throw error
      refusals.push({ provider: address, endpoint, code: error.code, reason: error.shortMessage })
    }
  }
  const [best] = offers.sort((a, b) => Number(a.quote.price - b.quote.price))
  if (best === undefined) throw new NoEligibleProviderError(modelKey, refusals)
  const priceUsdc = best.quote.price
  if (priceUsdc > maxPriceUsdc) throw new PriceAboveLimitError({ priceUsdc, maxPriceUsdc })
  const availableUsdc = await getUsdcBalance(chain, { account: account.address })
  if (availableUsdc < priceUsdc)
    throw new InsufficientFundsError({ account: account.address, requiredUsdc: priceUsdc, availableUsdc })
  const value = {
    dryRun: true,
    modelKey,
    provider: best.quote.provider,
    endpoint: best.endpoint,
    priceUsdc,
    maxPriceUsdc,
    inputBytes,
    gas: 0,
    offers: offers.length,
  }
  out.result(value, () =>
    formatFields({
      'dry run': 'nothing was sealed, sent or signed',
      provider: `${best.quote.provider} at ${best.endpoint} (cheapest of ${offers.length})`,
      price: `at most ${formatUsdc(priceUsdc)}`,
      gas: 'none for you: the provider relays your signature',
      input: `${inputBytes} bytes`,
    }),
  )
}
