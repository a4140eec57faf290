import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatFields } from './fields.ts'
import { formatTable } from './table.ts'
import { toJson } from './toJson.ts'

describe('formatTable', () => {
  it('aligns columns by what is seen, not by colour codes', () => {
    const rows = [
      { name: '\u001b[32mab\u001b[39m', price: '1' },
      { name: 'abcd', price: '100' },
    ]
    const lines = formatTable(rows, [
      { title: 'name', cell: ({ name }) => name },
      { title: 'price', align: 'right', cell: ({ price }) => price },
    ]).split('\n')
    assert.deepEqual(lines, ['name  price', '\u001b[32mab\u001b[39m        1', 'abcd    100'])
  })
})

describe('formatFields', () => {
  it('leaves out what is unknown and indents further lines', () => {
    assert.equal(formatFields({ a: '1', longer: 'x\ny', none: undefined }), 'a       1\nlonger  x\n        y')
  })
})

describe('toJson', () => {
  it('writes bigints as decimal strings and bytes as hex, on one line', () => {
    assert.equal(
      toJson({ price: 10n ** 20n, bytes: new Uint8Array([1, 255]) }),
      '{"price":"100000000000000000000","bytes":"0x01ff"}',
    )
  })
})
