import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FileReport, judgeCoverage } from './judgeCoverage.ts'

const escrow = 'contracts/JobEscrow.sol'

/** Lines 1 to `lines`, those named never run. */
const fileOf = (lines: number, ...unexecuted: number[]): FileReport => ({
  executedStatementsCount: lines - unexecuted.length,
  unexecutedStatementsCount: unexecuted.length,
  executedLinesCount: lines - unexecuted.length,
  lineExecutionCounts: new Map(
    Array.from({ length: lines }, (_, index) => [index + 1, unexecuted.includes(index + 1) ? 0 : 1]),
  ),
  unexecutedLines: new Set(unexecuted),
})

test('what ran wholly passes', () => {
  const { contracts, failures } = judgeCoverage([escrow], {
    [escrow]: fileOf(3),
    'contracts/mocks/M.sol': fileOf(2, 1),
  })
  assert.deepEqual(failures, [])
  assert.deepEqual(contracts, [
    { path: escrow, lines: { covered: 3, total: 3 }, statements: { covered: 3, total: 3 }, uncovered: [] },
  ])
})

test('every line that never ran is named, in its order', () => {
  const { contracts, failures } = judgeCoverage([escrow], { [escrow]: fileOf(12, 10, 2, 11, 12) })
  assert.deepEqual(failures, [`${escrow} never ran in 2, 10-12`])
  assert.deepEqual(contracts[0]?.lines, { covered: 8, total: 12 })
})

test('a statement that never ran fails although its line did', () => {
  const { failures } = judgeCoverage([escrow], { [escrow]: { ...fileOf(3), unexecutedStatementsCount: 1 } })
  assert.deepEqual(failures, [`a statement of ${escrow} never ran`])
})

test('a file that was not measured fails, and so does nothing at all', () => {
  assert.match(judgeCoverage([escrow], {}).failures[0] ?? '', /^contracts\/JobEscrow\.sol was not measured/)
  assert.deepEqual(judgeCoverage([], {}).failures, ['there are no contracts'])
})
