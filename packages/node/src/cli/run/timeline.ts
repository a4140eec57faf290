import type { JobProgress, JobStep } from '@dim/sdk'
import { formatUsdc } from '../formatUsdc.ts'
import type { Output } from '../output.ts'
import type { Progress } from '../progress.ts'

/** What a person waits for after a step. */
const waitsFor: Partial<Record<JobStep, string>> = {
  chosen: 'asking for a quote',
  quoted: 'sealing and sending the input',
  stored: 'signing',
  signed: 'handing the signed payment to the provider',
  submitted: 'waiting for the block that opens the job',
  opened: 'the provider runs the model',
  result: 'fetching the result',
  fetched: 'checking result and receipt',
  verified: 'accepting the result',
  accepted: 'waiting for the block that pays',
}

export type Timeline = { onProgress(progress: JobProgress): void; end(): void }

/** Prints one line a step with its time, and below it what is being waited for. */
export function createTimeline(out: Output, began = Date.now()): Timeline {
  let waiting: Progress | undefined
  const stopWaiting = () => {
    waiting?.clear()
    waiting = undefined
  }
  return {
    onProgress(progress) {
      stopWaiting()
      const seconds = ((progress.at - began) / 1000).toFixed(2).padStart(6)
      out.note(`  ${out.style.dim(`${seconds} s`)}  ${out.style.green('✔')} ${stepText(progress)}`)
      const label = waitsFor[progress.step]
      if (label !== undefined) waiting = out.progress(label)
    },
    end: stopWaiting,
  }
}

function stepText(progress: JobProgress): string {
  switch (progress.step) {
    case 'chosen':
      return `provider ${progress.detail.provider} at ${progress.detail.endpoint}${passedOver(progress.detail.refused)}`
    case 'quoted':
      return `quoted at most ${formatUsdc(progress.detail.priceUsdc)}`
    case 'pushed':
      return `input sealed and acknowledged, ${progress.detail.bytes} bytes in ${progress.detail.blocks} block${progress.detail.blocks === 1 ? '' : 's'}`
    case 'stored':
      return `job ${progress.detail.jobId} kept: from here on it can be continued`
    case 'signed':
      return 'payment signed'
    case 'submitted':
      return `sent by the ${progress.detail.by}`
    case 'opened':
      return `in escrow  ${progress.detail.transactionHash}`
    case 'result':
      return `result submitted, charged ${formatUsdc(progress.detail.chargedUsdc)}  ${progress.detail.transactionHash}`
    case 'fetched':
      return `result fetched, ${progress.detail.bytes} bytes`
    case 'verified':
      return `commitment and receipt verified${progress.detail.reexecuted ? ', and re-executed here' : ''}`
    case 'accepted':
      return progress.detail.by === 'window'
        ? 'the window is over'
        : `accepted, sent by the ${progress.detail.by}`
    case 'paid':
      return `paid ${formatUsdc(progress.detail.chargedUsdc)}, returned ${formatUsdc(progress.detail.refundedUsdc)}  ${progress.detail.transactionHash}`
  }
}

const passedOver = (refused: readonly { reason: string }[]) =>
  refused.length === 0
    ? ''
    : ` (${refused.length} passed over: ${refused.map(({ reason }) => reason).join('; ')})`
