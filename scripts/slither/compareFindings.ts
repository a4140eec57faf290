import type { Finding } from './findings.ts'

/** One reason in one line, and the places where it holds. */
export type Answer = { check: string; why: string; places: readonly string[] }

export type Comparison = { answered: Finding[]; failures: string[] }

function faultOf({ check, why, places }: Answer): string[] {
  if (why.trim() === '' || why.includes('\n')) return [`an answer to ${check} gives no reason in one line`]
  return new Set(places).size < places.length ? [`an answer to ${check} names a place twice`] : []
}

/** Every finding wants an answer, and every answer a finding. */
export function compareFindings(findings: readonly Finding[], answers: readonly Answer[]): Comparison {
  const keyOf = (check: string, place: string) => `${check} in ${place}`
  const answerKeys = answers.flatMap(({ check, places }) => places.map((place) => keyOf(check, place)))
  const known = new Set(answerKeys)
  const found = new Set(findings.map(({ check, place }) => keyOf(check, place)))
  const isAnswered = ({ check, place }: Finding) => known.has(keyOf(check, place))
  const unanswered = findings.filter((finding) => !isAnswered(finding))
  return {
    answered: findings.filter(isAnswered),
    failures: [
      ...unanswered.map((it) => `${keyOf(it.check, it.place)} has no answer: ${it.description}`),
      ...answerKeys
        .filter((key) => !found.has(key))
        .map((key) => `${key} is answered but not found any more`),
      ...answers.flatMap(faultOf),
    ],
  }
}
