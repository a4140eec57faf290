import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readCabinetQuery } from './readCabinetQuery.ts'

const provider = '0xab'

describe('readCabinetQuery', () => {
  it('reads buckets and answers, and nothing where no cabinet is named', () => {
    assert.equal(readCabinetQuery({}, ['picture.png']), undefined)
    const options = { cabinet: 'people', provider, where: ['city=a,b', 'age=0..30'], answers: ['rows'] }
    const where = { city: ['a', 'b'], age: ['0..30'] }
    assert.deepEqual(readCabinetQuery(options, []), { name: 'people', where, answers: ['rows'] })
  })

  it('refuses inputs, no provider, no answers, half a choice, and choices without a cabinet', () => {
    const right = { cabinet: 'people', provider, answers: ['rows'] }
    const usage = { code: 'USAGE' }
    assert.throws(() => readCabinetQuery(right, ['picture.png']), usage)
    assert.throws(() => readCabinetQuery({ cabinet: 'people', answers: ['rows'] }, []), usage)
    assert.throws(() => readCabinetQuery({ cabinet: 'people', provider }, []), usage)
    assert.throws(() => readCabinetQuery({ ...right, where: ['city'] }, []), usage)
    assert.throws(() => readCabinetQuery({ answers: ['rows'] }, []), usage)
  })
})
