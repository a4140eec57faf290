import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromNumbers } from '../messages/tensors/numbers.ts'
import { assertAnswersFit } from './answersFit.ts'

const scalar = fromNumbers('int64', [3], [])

describe('assertAnswersFit', () => {
  it('takes each answer once, one of labels in two parts', () => {
    const tensors = { rows: scalar, 'top.labels': scalar, 'top.counts': scalar }
    assertAnswersFit({ answers: ['rows', 'top'] }, tensors)
  })

  it('refuses an answer that is missing, one that is half there, and what nobody asked for', () => {
    const refused = [
      { rows: scalar },
      { rows: scalar, 'top.labels': scalar },
      { rows: scalar, 'top.labels': scalar, 'top.counts': scalar, row: scalar },
    ]
    for (const tensors of refused) {
      assert.throws(() => assertAnswersFit({ answers: ['rows', 'top'] }, tensors), {
        code: 'OUTPUT_MISMATCH',
      })
    }
  })
})
