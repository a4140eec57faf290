import type { Outcome } from './outcomes.ts'

/** A check that is known not to end, and why in one line. */
export type Unended = { check: string; why: string }

export type Judgement = { check: string; ok: boolean; words: string }

const failures = { counterexample: 'has a counterexample', error: 'was not decided: halmos failed' }

function judgeRefutation(verdict: Outcome['verdict'], after: string): Omit<Judgement, 'check'> {
  return verdict === 'counterexample'
    ? { ok: true, words: `refuted, as it must be${after}` }
    : { ok: false, words: `is wrong and was not refuted (${verdict}${after}): these proofs prove nothing` }
}

/** Judges one check of a contract; `outcome` is undefined if halmos does not mention it. */
export function judge(check: string, outcome: Outcome | undefined, unended: readonly Unended[]): Judgement {
  if (outcome === undefined) return { check, ok: false, words: 'did not run' }
  const { name, verdict, paths, seconds } = outcome
  const after = ` after ${seconds.toFixed(1)} s, ${paths} paths`
  if (name.startsWith('refute_')) return { check, ...judgeRefutation(verdict, after) }
  if (verdict === 'proven') return { check, ok: true, words: `proven${after}` }
  if (verdict !== 'unended') return { check, ok: false, words: `${failures[verdict]}${after}` }
  const why = unended.find((known) => known.check === check)?.why
  return why === undefined
    ? { check, ok: false, words: `did not end${after}` }
    : { check, ok: true, words: `did not end${after}, as known: ${why}` }
}
