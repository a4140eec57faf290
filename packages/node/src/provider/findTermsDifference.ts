import type { JobParams, Quote } from '@dim/sdk'
import { zeroHash } from 'viem'

/** Blocks may come late and clocks of chains jump a little: what a signed `submitBy` may exceed the quote by. */
const SUBMIT_BY_SLACK_SECONDS = 30

export type TermsDifference = { field: string; expected: unknown; actual: unknown }

const copied = [
  ['provider', 'provider'],
  ['client', 'client'],
  ['modelKey', 'modelKey'],
  ['price', 'price'],
  ['floor', 'floor'],
  ['feeBps', 'feeBps'],
  ['royaltyBps', 'royaltyBps'],
  ['challengeWindow', 'challengeWindow'],
] as const

const same = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase()

/** The first term that is not as quoted, or `undefined`; `now` is chain time in seconds. */
export function findTermsDifference(
  quote: Quote.Quote,
  params: JobParams.JobParams,
  now: number,
): TermsDifference | undefined {
  for (const [term, field] of copied) {
    const expected = quote[field]
    const actual = params[term]
    if (!same(expected, actual)) return { field: term, expected, actual }
  }
  if (params.verifyMode !== 0) return { field: 'verifyMode', expected: 0, actual: params.verifyMode }
  if (params.groupId !== zeroHash) return { field: 'groupId', expected: zeroHash, actual: params.groupId }
  const latest = now + quote.secondsToSubmit + SUBMIT_BY_SLACK_SECONDS
  if (params.submitBy > latest) {
    return { field: 'submitBy', expected: `at most ${latest}`, actual: params.submitBy }
  }
  return undefined
}
