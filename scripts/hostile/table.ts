import type { Row } from '../../test/hostile/row.ts'

const columns = (cells: readonly string[]): string =>
  cells.map((cell, index) => cell.padEnd([11, 36, 22, 7, 6, 0][index] ?? 0)).join(' ')

export const header = columns(['level', 'file', 'outcome', 'ms', 'next', 'leaked'])

export const formatRow = ({ level, file, outcome, ms, nextServed, leaks, fault }: Row): string =>
  columns([
    level,
    file,
    outcome.slice(0, 22),
    String(ms),
    nextServed ? 'served' : 'NOT',
    `${leaks.length === 0 ? 'nothing' : leaks.join('; ')}${fault === undefined ? '' : ' ✖'}`,
  ])
