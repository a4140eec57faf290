import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToHex, toFunctionSelector } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import { BaseError } from './baseError.ts'
import { decodeErrorData, decodeRevert } from './decodeRevert.ts'

const selectors = jobEscrowAbi
  .filter((item) => item.type === 'error')
  .map(({ name, inputs }) => toFunctionSelector(`${name}(${inputs.map(({ type }) => type)})`))

const data = fc
  .tuple(fc.option(fc.constantFrom(...selectors)), fc.uint8Array({ maxLength: 200 }))
  .map(([selector, rest]) =>
    selector === null ? bytesToHex(rest) : `${selector}${bytesToHex(rest).slice(2)}`,
  )

test('any data of a revert are decoded or not, never an exception', () => {
  fc.assert(
    fc.property(data, (bytes) => {
      const decoded = decodeErrorData(bytes as `0x${string}`)
      if (decoded !== undefined) assert.equal(typeof decoded.errorName, 'string')
    }),
    { numRuns: 2000 },
  )
})

test('whatever is thrown becomes a coded error', () => {
  const thrown = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    data.map((bytes) => Object.assign(new Error('reverted'), { data: bytes })),
    fc
      .tuple(fc.anything(), fc.anything())
      .map(([raw, nested]) => Object.assign(new Error('x'), { raw, data: nested })),
  )
  fc.assert(
    fc.property(thrown, (error) => {
      const coded = decodeRevert(error, 'Trying')
      assert.ok(coded instanceof BaseError)
      assert.match(coded.code, /^[A-Z0-9_]+$/)
    }),
    { numRuns: 1000 },
  )
})
