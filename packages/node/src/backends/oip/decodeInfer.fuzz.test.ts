import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BaseError, TensorSet } from '@dim/sdk'
import fc from 'fast-check'
import { decodeInfer } from './decodeInfer.ts'
import { encodeInfer } from './encodeInfer.ts'
import { fromContents, type TensorContents } from './fromContents.ts'

const url = 'http://engine'

const tensor = fc.oneof(
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 }).map((values) => ({
    dtype: 'float32' as const,
    values,
  })),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 20 }).map((values) => ({
    dtype: 'int64' as const,
    values,
  })),
)

const toTensor = ({ dtype, values }: { dtype: TensorSet.DType; values: (number | bigint)[] }) =>
  TensorSet.fromNumbers(dtype, values, [values.length])

/** A request read as if it were an answer: both have the same form. */
function through(inputs: TensorSet.TensorSet, isBinary: boolean): TensorSet.TensorSet {
  const { body, headers } = encodeInfer({ model: 'm', inputs }, isBinary)
  const length = Number(headers['inference-header-content-length'] ?? body.length)
  const json = Buffer.from(body).toString('utf8', 0, length)
  return decodeInfer(url, json.replace('"inputs"', '"outputs"'), body.subarray(length))
}

describe('answers of the Open Inference Protocol', () => {
  for (const isBinary of [true, false]) {
    it(`are read as they were written, ${isBinary ? 'raw' : 'in JSON'}`, () => {
      fc.assert(
        fc.property(fc.array(tensor, { minLength: 1, maxLength: 3 }), (given) => {
          const inputs = Object.fromEntries(given.map((one, index) => [`t${index}`, toTensor(one)]))
          assert.deepEqual(through(inputs, isBinary), inputs)
        }),
      )
    })
  }

  it('in JSON carry text of any script', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const inputs = { s: TensorSet.fromTyped('string', texts, [texts.length]) }
        assert.deepEqual(through(inputs, false), inputs)
        assert.deepEqual(through(inputs, true), inputs)
      }),
    )
  })

  it('of any other kind end with a code', () => {
    const output = fc.record(
      {
        name: fc.string(),
        datatype: fc.constantFrom('FP32', 'INT64', 'BOOL', 'BYTES', 'FP16', 'XYZ'),
        shape: fc.array(fc.oneof(fc.nat({ max: 5 }), fc.integer()), { maxLength: 4 }),
        parameters: fc.record({ binary_data_size: fc.nat({ max: 64 }) }, { requiredKeys: [] }),
        data: fc.jsonValue(),
      },
      { requiredKeys: ['name', 'datatype'] },
    )
    fc.assert(
      fc.property(fc.array(output, { maxLength: 3 }), fc.uint8Array({ maxLength: 64 }), (outputs, raw) => {
        try {
          decodeInfer(url, JSON.stringify({ outputs }), raw)
        } catch (error) {
          assert.equal((error as BaseError).code, 'BACKEND_ANSWER_INVALID')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('by gRPC of any kind end well or with a code', () => {
    const none: TensorContents = {
      ...{ bool_contents: [], int_contents: [], int64_contents: [], uint_contents: [], uint64_contents: [] },
      ...{ fp32_contents: [], fp64_contents: [], bytes_contents: [] },
    }
    const contents = fc.record(
      {
        int_contents: fc.array(fc.integer(), { maxLength: 4 }),
        int64_contents: fc.array(
          fc.bigInt().map((value) => BigInt.asIntN(64, value).toString()),
          { maxLength: 4 },
        ),
        bytes_contents: fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 4 }),
      },
      { requiredKeys: [] },
    )
    const datatype = fc.constantFrom('INT8', 'INT64', 'BYTES', 'FP16', 'FP32')
    const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 2 })
    fc.assert(
      fc.property(datatype, shape, contents, (type, dims, given) => {
        try {
          fromContents(url, { name: 'x', datatype: type, shape: dims }, { ...none, ...given })
        } catch (error) {
          assert.ok(error instanceof BaseError && error.code === 'BACKEND_ANSWER_INVALID', String(error))
        }
      }),
    )
  })
})
