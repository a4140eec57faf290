import {
  type BaseError,
  type Deployment,
  getChainTime,
  getEscrowLimits,
  getFeeBps,
  getMinimumStake,
  getModelTerms,
  getStakeAccount,
  Quote,
  type Reader,
} from '@dim/sdk'
import { type Address, bytesToHex, type Hex, type LocalAccount } from 'viem'
import { QuoteDeclinedError } from '../errors/quoteDeclined.ts'
import type { QuoteStore } from './quoteStore.ts'
import { type OfferFacts, offeredPrice, reasonToDecline } from './reasonToDecline.ts'
import type { ServedModels } from './servedModels.ts'

export type QuoteRequest = { client: Address; modelKey: Hex; inputBytes: number }

export type SignedQuote = {
  quote: Quote.Quote
  signature: Hex
  /** How long the job is likely to wait and to run, as seen now; not part of what is signed. */
  expectedMs: number
}

/** What a run of a model is likely to take now, and what the machine lacks for it. */
export type Forecast = (run: { modelKey: Hex; inputBytes: number }) => {
  expectedMs: number
  shortage: string | undefined
}

export type QuotePolicy = {
  quoteTtlSeconds: number
  secondsToSubmit: number
  challengeWindowSeconds: number
  maxInputBytes: number
  maxPendingQuotes: number
}

export type QuoteDeskOptions = {
  reader: Reader
  provider: Address
  serviceAccount: LocalAccount
  quotes: QuoteStore
  models: ServedModels
  policy: QuotePolicy
  forecast: Forecast
  /** Free places for jobs. */
  capacity: () => number
  /** Prices of the jobs that are open and not yet submitted. */
  openUsdc: () => Promise<bigint>
  onOffer: (offer: { decision: 'quoted' | 'declined'; reason: string }) => void
  randomBytes: (length: number) => Uint8Array
}

/** What a sealed envelope may add to the tensors in it: salt, job spec, tags and references. */
const ENVELOPE_OVERHEAD_BYTES = 64 * 1024

const isUnknownModel = (error: unknown): boolean =>
  error instanceof Error && (error as BaseError).code === 'CONTRACT_MODEL_UNKNOWN'

async function readTerms(reader: Reader, modelKey: Hex) {
  try {
    return await getModelTerms(reader, { modelKey })
  } catch (error) {
    if (isUnknownModel(error)) return undefined
    throw error
  }
}

async function readChain(reader: Reader, { provider, modelKey }: { provider: Address; modelKey: Hex }) {
  const [now, terms, feeBps, stake, minimumStakeUsdc, { exposureBps }] = await Promise.all([
    getChainTime(reader),
    readTerms(reader, modelKey),
    getFeeBps(reader),
    getStakeAccount(reader, { provider }),
    getMinimumStake(reader),
    getEscrowLimits(reader),
  ])
  const { stakeUsdc, exposureUsdc } = stake
  return { now, terms, feeBps, stakeUsdc, exposureUsdc, minimumStakeUsdc, exposureBps }
}

/** Gives signed, expiring quotes, or declines with a reason. */
export function createQuoteDesk(options: QuoteDeskOptions) {
  const {
    reader,
    provider,
    serviceAccount,
    quotes,
    models,
    policy,
    capacity,
    forecast,
    openUsdc,
    onOffer,
    randomBytes,
  } = options
  const deployment: Deployment = reader.dim

  const gather = async (request: QuoteRequest): Promise<OfferFacts> => {
    const chain = await readChain(reader, { provider, modelKey: request.modelKey })
    return {
      ...chain,
      inputBytes: request.inputBytes,
      openUsdc: await openUsdc(),
      model: models.get(request.modelKey),
      maxInputBytes: policy.maxInputBytes,
      freePlaces: capacity(),
      ...forecast(request),
      secondsToSubmit: policy.secondsToSubmit,
      freeQuotes: policy.maxPendingQuotes - (await quotes.countLive(chain.now)),
    }
  }

  const write = (request: QuoteRequest, facts: OfferFacts): Quote.Quote => {
    return {
      provider,
      client: request.client,
      modelKey: request.modelKey,
      price: offeredPrice(facts),
      floor: facts.terms?.floorUsdc ?? 0n,
      feeBps: facts.feeBps,
      royaltyBps: facts.terms?.royaltyBps ?? 0,
      challengeWindow: policy.challengeWindowSeconds,
      secondsToSubmit: policy.secondsToSubmit,
      maxInputBytes: request.inputBytes + Math.ceil(request.inputBytes / 64) + ENVELOPE_OVERHEAD_BYTES,
      expiresAt: facts.now + policy.quoteTtlSeconds,
      nonce: bytesToHex(randomBytes(32)),
    }
  }

  return {
    /** @throws QuoteDeclinedError with the reason as its code. */
    async issue(request: QuoteRequest): Promise<SignedQuote> {
      const facts = await gather(request)
      const decline = reasonToDecline(facts)
      if (decline !== undefined) {
        onOffer({ decision: 'declined', reason: decline.code })
        throw new QuoteDeclinedError(decline.code, decline.why)
      }
      const quote = write(request, facts)
      const signature = await Quote.sign(deployment, quote, serviceAccount)
      await quotes.put(quote, signature)
      onOffer({ decision: 'quoted', reason: 'none' })
      return { quote, signature, expectedMs: Math.ceil(facts.expectedMs) }
    },
  }
}
