import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readTable } from './readTable.ts'

const file = (path: string, content: string | Uint8Array) => ({
  path,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
})

describe('readTable', () => {
  it('reads CSV with quotes, CRLF, a mark of byte order and gaps; a column has one type', async () => {
    const csv = '\uFEFFname,age,code,ok\r\n"Ann ""A"", of X",41,1,true\r\nBo,,x,false\r\n\r\n'
    assert.deepEqual(await readTable('csv', [file('a.csv', csv)]), {
      columns: [
        { name: 'name', type: 'text' },
        { name: 'age', type: 'number' },
        { name: 'code', type: 'text' },
        { name: 'ok', type: 'boolean' },
      ],
      rows: [
        ['Ann "A", of X', 41, '1', true],
        ['Bo', null, 'x', false],
      ],
    })
  })

  it('reads JSON lines whose keys come and go, with lists of numbers', async () => {
    const lines = '{"x":[1,2],"tag":"a"}\n{"tag":"b","x":[3,4],"n":1.5}\n'
    assert.deepEqual(await readTable('jsonl', [file('a.jsonl', lines)]), {
      columns: [
        { name: 'x', type: 'numbers' },
        { name: 'tag', type: 'text' },
        { name: 'n', type: 'number' },
      ],
      rows: [
        [[1, 2], 'a', null],
        [[3, 4], 'b', 1.5],
      ],
    })
  })

  it('reads Parquet: numbers, 64-bit integers, text, booleans, gaps', async () => {
    const written = parquetWriteBuffer({
      columnData: [
        { name: 'x', data: [0.5, null, Number.NaN], type: 'DOUBLE' },
        { name: 'big', data: [1n, 2n, 3n], type: 'INT64' },
        { name: 'tag', data: ['a', 'b', 'c'], type: 'STRING' },
        { name: 'ok', data: [true, false, true], type: 'BOOLEAN' },
      ],
    })
    const { columns, rows } = await readTable('parquet', [file('a.parquet', new Uint8Array(written))])
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['number', 'number', 'text', 'boolean'],
    )
    assert.deepEqual(rows, [
      [0.5, 1, 'a', true],
      [null, 2, 'b', false],
      [null, 3, 'c', true],
    ])
  })

  it('puts files with the same columns in another order together', async () => {
    const { rows } = await readTable('csv', [file('a.csv', 'x,y\n1,2\n'), file('b.csv', 'y,x\n4,3\n')])
    assert.deepEqual(rows, [
      [1, 2],
      [3, 4],
    ])
  })

  for (const [format, why, content] of [
    ['csv', 'an open quote', 'a,b\n"1,2\n'],
    ['csv', 'text after a quote', 'a\n"1"x\n'],
    ['csv', 'a short row', 'a,b\n1\n'],
    ['csv', 'a name twice', 'a,a\n1,2\n'],
    ['csv', 'no UTF-8', Uint8Array.of(0x61, 0x0a, 0xff)],
    ['jsonl', 'a list', '[1]\n'],
    ['jsonl', 'half a line', '{"a":\n'],
    ['parquet', 'text', 'a,b\n1,2\n'],
  ] as const) {
    it(`refuses ${why} in ${format}`, async () => {
      await assert.rejects(readTable(format, [file('f', content)]), { code: 'CABINET_FILE_INVALID' })
    })
  }

  it('refuses files with other columns', async () => {
    const files = [file('a.csv', 'x,y\n1,2\n'), file('b.csv', 'x,z\n4,3\n')]
    await assert.rejects(readTable('csv', files), { code: 'CABINET_FILE_INVALID' })
  })
})
