import {
  BaseError,
  getChainTime,
  getJob,
  JobParams,
  JobUnknownError,
  type Quote,
  QuoteExpiredError,
  type Reader,
} from '@dim/sdk'
import type { Logger } from 'pino'
import type { Hex } from 'viem'
import { InputIncompleteError } from '../errors/inputIncomplete.ts'
import { QuoteUnusableError } from '../errors/quoteUnusable.ts'
import { TermsMismatchError } from '../errors/termsMismatch.ts'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import type { ChainActs, OpenAct } from './chainActs.ts'
import { findTermsDifference } from './findTermsDifference.ts'
import type { InputReader } from './inputReader.ts'
import type { InputStore } from './inputStore.ts'
import type { JobStore } from './jobStore.ts'
import type { QuoteStore } from './quoteStore.ts'
import { logStage } from './stage.ts'

export type OpenRequest = OpenAct & { quoteNonce: Hex }

export type AcceptRequest = {
  params: JobParams.JobParams
  resultCommit: Hex
  resultRef: Hex
  signature: Hex
}

export type Relayed = { jobId: Hex; transactionHash: Hex | undefined; status: string }

export type RelayOptions = {
  reader: Reader
  quotes: QuoteStore
  inputs: Pick<InputStore, 'missing'>
  readInput: InputReader
  jobs: JobStore
  acts: Pick<ChainActs, 'open' | 'accept'>
  logger: Logger
  signal: AbortSignal
}

/** A part of what the quote gives must be left, or the gas of opening is spent on a job that cannot be delivered. */
const leastSeconds = ({ secondsToSubmit }: Quote.Quote): number => Math.floor(secondsToSubmit / 4)

/** Brings what clients signed to the chain and pays its gas: only under a live quote, and simulated first. */
export function createRelay(options: RelayOptions) {
  const { reader, quotes, inputs, readInput, jobs, acts, logger, signal } = options
  // One at a time: an input is held in memory while it is looked at.
  const inTurn = takeTurns()

  const assertQuote = async ({ quoteNonce, params }: OpenRequest, jobId: Hex): Promise<void> => {
    const stored = await quotes.get(quoteNonce)
    if (stored === undefined) throw new QuoteUnusableError('QUOTE_UNKNOWN', quoteNonce)
    if (stored.jobId !== undefined && stored.jobId !== jobId)
      throw new QuoteUnusableError('QUOTE_USED', quoteNonce)
    const now = await getChainTime(reader)
    const { expiresAt } = stored.quote
    if (now > expiresAt) throw new QuoteExpiredError({ expiresAt, chainTime: now })
    const difference = findTermsDifference(stored.quote, params, now)
    if (difference !== undefined) throw new TermsMismatchError(difference.field, difference)
    const earliest = now + leastSeconds(stored.quote)
    if (params.submitBy < earliest) {
      throw new TermsMismatchError('submitBy', { expected: `at least ${earliest}`, actual: params.submitBy })
    }
  }

  /** What cannot be run is not opened: the client would have its money back, and this node would have paid the gas. */
  const assertRunnable = async ({ params }: OpenRequest): Promise<void> => {
    const missing = await inputs.missing(params.inputRef)
    if (missing.length > 0) throw new InputIncompleteError(missing)
    const { model } = await inTurn(() => readInput(params, signal))
    model.release()
  }

  const send = async (request: OpenRequest, jobId: Hex): Promise<Relayed> => {
    const claim = await quotes.claim(request.quoteNonce, jobId)
    if (claim === 'conflict') throw new QuoteUnusableError('QUOTE_USED', request.quoteNonce)
    try {
      const { transactionHash } = await acts.open(jobId, request)
      logger.info({ jobId, transactionHash }, 'job was relayed')
      return { jobId, transactionHash, status: 'open' }
    } catch (error) {
      // What the contract refuses was not opened: the client may correct it under the same quote.
      const isRefused = error instanceof BaseError && error.code.startsWith('CONTRACT_')
      if (isRefused && claim === 'claimed') await quotes.release(request.quoteNonce, jobId)
      throw error
    }
  }

  return {
    /** Opens a job; the same again answers the same. */
    async open(request: OpenRequest): Promise<Relayed> {
      const jobId = JobParams.jobId(reader.dim, request.params)
      const { status } = await getJob(reader, { jobId })
      if (status !== 'none') {
        const job = await jobs.get(jobId)
        return { jobId, transactionHash: job?.openTx, status }
      }
      await assertQuote(request, jobId)
      await assertRunnable(request)
      return send(request, jobId)
    },

    /** Relays an acceptance of a job of this provider; the same again answers the same. */
    async accept({ params, resultCommit, resultRef, signature }: AcceptRequest): Promise<Relayed> {
      const jobId = JobParams.jobId(reader.dim, params)
      const job = await jobs.get(jobId)
      if (job === undefined) throw new JobUnknownError(jobId, 'this node')
      const { status } = await getJob(reader, { jobId })
      if (status === 'paid') return { jobId, transactionHash: job.closeTx, status }
      const receipt = await acts.accept({ jobId, params }, { resultCommit, resultRef, signature })
      await jobs.setTransactions(jobId, { closeTx: receipt.transactionHash })
      logStage(logger, 'accepted', { jobId, transactionHash: receipt.transactionHash })
      return { jobId, transactionHash: receipt.transactionHash, status: 'paid' }
    },
  }
}
