import type { CheckRow } from './seedGate.ts'

/** One line of evidence: what ran where, how far from the published outputs, how long, and why not. */
export function formatRow({ model, executionProvider, passed, ms, difference, reason }: CheckRow): string {
  const far = difference === undefined ? 'no output' : `max|Δ| ${difference.toExponential(1)}`
  const cells = [
    passed ? 'passed ' : 'refused',
    model.padEnd(18),
    executionProvider.padEnd(36),
    far.padEnd(16),
    `${Math.round(ms)} ms`.padStart(9),
  ]
  return `${cells.join(' ')}${reason === undefined ? '' : `  ${reason.slice(0, 160)}`}`
}
