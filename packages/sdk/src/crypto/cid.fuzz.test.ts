import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { BaseError } from '../errors/baseError.ts'
import { cidToRef, refToCid } from './cid.ts'

test('any text is either exactly the CID of its ref or a coded error', () => {
  const good = refToCid(`0x${'5a'.repeat(32)}`)
  const near = fc
    .tuple(fc.nat({ max: good.length }), fc.string({ maxLength: 2 }))
    .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1))
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      let ref: Hex
      try {
        ref = cidToRef(text)
      } catch (error) {
        assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
        assert.equal(error.code, 'CID_INVALID')
        return
      }
      assert.equal(refToCid(ref), text)
    }),
    { numRuns: 2000 },
  )
})
