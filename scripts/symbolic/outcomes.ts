import { stripVTControlCharacters } from 'node:util'

export type Verdict = 'proven' | 'counterexample' | 'unended' | 'error'

export type Outcome = { name: string; verdict: Verdict; paths: number; seconds: number }

const verdicts: Record<string, Verdict> = {
  PASS: 'proven',
  FAIL: 'counterexample',
  TIMEOUT: 'unended',
  ERROR: 'error',
}

const result = /^\[(PASS|FAIL|TIMEOUT|ERROR)\] (\w+)\(.*\) \(paths: (\d+), time: ([\d.]+)s/
const bounded = /(\w+)\(.*\): paths have not been fully explored/

/** Reads what halmos prints. A proof that left out paths is none. */
export function outcomesOf(output: string): Outcome[] {
  const lines = stripVTControlCharacters(output).split('\n')
  const partial = new Set(lines.flatMap((line) => bounded.exec(line)?.[1] ?? []))
  return lines.flatMap((line) => {
    const [, word, name, paths, seconds] = result.exec(line) ?? []
    const verdict = word === undefined ? undefined : verdicts[word]
    if (verdict === undefined || name === undefined) return []
    const whole = verdict === 'proven' && partial.has(name) ? 'error' : verdict
    return [{ name, verdict: whole, paths: Number(paths), seconds: Number(seconds) }]
  })
}
