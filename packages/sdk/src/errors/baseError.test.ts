import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { BaseError } from './baseError.ts'
import { InvalidMessageError } from './invalidMessage.ts'

class OuterError extends BaseError {
  override readonly code = 'OUTER'
}
class InnerError extends BaseError {
  override readonly code = 'INNER'
}

test('the message is what happened, what it cost and what to do', () => {
  const error = new OuterError('Opening job 7 failed.', {
    charged: 'Nothing was charged.',
    hint: 'Try again.',
    retryable: true,
  })
  assert.equal(error.message, 'Opening job 7 failed. Nothing was charged. Try again.')
  assert.equal(error.shortMessage, 'Opening job 7 failed.')
  assert.deepEqual([error.code, error.name, error.retryable], ['OUTER', 'OuterError', true])
  assert.ok(error instanceof Error)
})

test('details come from the cause unless they are given', () => {
  const cause = new RangeError('socket closed')
  assert.equal(new OuterError('x', { cause }).details, 'socket closed')
  assert.equal(new OuterError('x', { cause, details: 'own' }).details, 'own')
  assert.equal(new OuterError('x').details, undefined)
  assert.equal('cause' in new OuterError('x'), false)
})

test('walk finds an error in the chain, or the innermost one', () => {
  const root = new RangeError('root')
  const inner = new InnerError('inner', { cause: root })
  const outer = new OuterError('outer', { cause: inner })
  assert.equal(
    outer.walk((error) => error instanceof InnerError),
    inner,
  )
  assert.equal(
    outer.walk((error) => error instanceof SyntaxError),
    undefined,
  )
  assert.equal(outer.walk(), root)
  assert.equal(
    outer.walk((error) => error === outer),
    outer,
  )
})

test('walk ends in a ring of causes', () => {
  const inner = new Error('inner')
  const outer = new OuterError('outer', { cause: inner })
  inner.cause = outer
  assert.equal(
    outer.walk(() => false),
    undefined,
  )
})

test('an invalid message names its noun, path and rule', () => {
  const { error } = z
    .object({ files: z.array(z.object({ bytes: z.int() })) })
    .safeParse({ files: [{ bytes: 'x' }] })
  assert.ok(error)
  const invalid = InvalidMessageError.fromZod('ModelManifest', error)
  assert.equal(invalid.code, 'MODEL_MANIFEST_INVALID')
  assert.equal(invalid.path, 'files.0.bytes')
  assert.match(
    invalid.message,
    /^ModelManifest could not be read: "files\.0\.bytes" breaks the rule ".+"\. Nothing was charged\./,
  )
})
