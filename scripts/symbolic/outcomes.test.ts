import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomesOf } from './outcomes.ts'

const terms = '((address,uint64),uint16) (paths: 41, time: 20.88s (paths: 5.81s, models: 15.07s), bounds: [])'
const running = 'Running 2 tests for test/contracts/symbolic/JobShares.sol:JobShares\nsetup: 0.41s\n'

test('reads verdict, paths and seconds, in colours or without', () => {
  const output = `${running}\u001b[32m[PASS]\u001b[0m check_a${terms}\n[TIMEOUT] check_b() (paths: 3, time: 0.10s, bounds: [])\n`
  assert.deepEqual(outcomesOf(output), [
    { name: 'check_a', verdict: 'proven', paths: 41, seconds: 20.88 },
    { name: 'check_b', verdict: 'unended', paths: 3, seconds: 0.1 },
  ])
})

test('tells a counterexample and an error from a proof', () => {
  const output = `Counterexample:\n    p_bps = 0x02\n[FAIL] check_a${terms}\n[ERROR] check_b${terms}\n`
  assert.deepEqual(
    outcomesOf(output).map(({ verdict }) => verdict),
    ['counterexample', 'error'],
  )
})

test('a proof that left out paths is none', () => {
  const warning =
    'WARNING check_a(uint64): paths have not been fully explored due to the loop unrolling bound: 2'
  assert.deepEqual(outcomesOf(`[PASS] check_a${terms}\n${warning}\n`)[0]?.verdict, 'error')
  assert.deepEqual(outcomesOf(`[PASS] check_ab${terms}\n${warning}\n`)[0]?.verdict, 'proven')
})

test('a set-up that failed proves nothing', () => {
  assert.deepEqual(
    outcomesOf(`${running}ERROR    setUp() failed\nSymbolic test result: 0 passed; 2 failed\n`),
    [],
  )
})
