import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareFindings } from './compareFindings.ts'
import { findingsOf } from './findings.ts'

const contract = { type: 'contract', name: 'JobEscrow' }
const settle = { type: 'function', name: 'settle', type_specific_fields: { parent: contract } }
const report = {
  success: true,
  error: null,
  results: {
    detectors: [
      { check: 'timestamp', description: 'settle reads the clock\n\tdetails', elements: [settle, contract] },
      { check: 'timestamp', description: 'settle, the overload', elements: [settle] },
    ],
  },
}
const findings = findingsOf(report)
const answer = { check: 'timestamp', why: 'windows are of hours', places: ['JobEscrow.settle'] }

test('a finding is known by its check and its place', () => {
  assert.deepEqual(
    findings.map(({ check, place }) => [check, place]),
    [['timestamp', 'JobEscrow.settle']],
  )
  assert.deepEqual(findingsOf({ ...report, results: {} }), [])
})

test('an answered finding passes', () => {
  assert.deepEqual(compareFindings(findings, [answer]), { answered: findings, failures: [] })
})

test('a finding without an answer fails, whatever other checks are answered there', () => {
  const { answered, failures } = compareFindings(findings, [{ ...answer, check: 'reentrancy-eth' }])
  assert.equal(answered.length, 0)
  assert.match(failures[0] ?? '', /^timestamp in JobEscrow\.settle has no answer: settle/)
  assert.match(failures[1] ?? '', /^reentrancy-eth in JobEscrow\.settle is answered but not found any more/)
})

test('an answer needs a reason and a finding', () => {
  assert.equal(compareFindings(findings, [{ ...answer, why: ' ' }]).failures.length, 1)
  assert.equal(compareFindings(findings, [{ ...answer, why: 'a\nb' }]).failures.length, 1)
  assert.equal(
    compareFindings(findings, [{ ...answer, places: [...answer.places, 'JobEscrow.gone'] }]).failures.length,
    1,
  )
  assert.equal(
    compareFindings(findings, [{ ...answer, places: ['JobEscrow.settle', 'JobEscrow.settle'] }]).failures
      .length,
    1,
  )
})
