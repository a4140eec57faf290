import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readResidentBytes } from './residentMemory.ts'

const mebibyte = 1024 * 1024

describe('resident memory', () => {
  it('grows by what a process writes to', async () => {
    const before = await readResidentBytes(process.pid)
    const block = Buffer.alloc(64 * mebibyte, 1)
    const grown = (await readResidentBytes(process.pid)) - before
    assert.ok(grown > 50 * mebibyte, `${grown} bytes for a block of ${block.length}`)
  })

  it('is 0 for a process that is not there', async () => {
    assert.equal(await readResidentBytes(2 ** 30), 0)
  })
})
