import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judge.ts'
import type { Verdict } from './outcomes.ts'

const outcome = (name: string, verdict: Verdict) => ({ name, verdict, paths: 3, seconds: 1.25 })
const isOk = (name: string, verdict: Verdict, why?: string) =>
  judge(name, outcome(name, verdict), why === undefined ? [] : [{ check: name, why }]).ok

test('a check is to be proven', () => {
  assert.deepEqual(judge('A.check_b', outcome('check_b', 'proven'), []), {
    check: 'A.check_b',
    ok: true,
    words: 'proven after 1.3 s, 3 paths',
  })
  assert.equal(isOk('check_b', 'counterexample', 'slow'), false)
  assert.equal(isOk('check_b', 'error', 'slow'), false)
  assert.equal(judge('A.check_b', undefined, []).ok, false)
})

test('a check may not end only where the list says so', () => {
  assert.equal(isOk('check_b', 'unended'), false)
  assert.equal(isOk('check_b', 'unended', 'slow'), true)
})

test('what is wrong must be refuted', () => {
  assert.equal(isOk('refute_b', 'counterexample'), true)
  for (const verdict of ['proven', 'unended', 'error'] as const)
    assert.equal(isOk('refute_b', verdict), false)
})
