import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BaseError, ChainUnreachableError, JobDetachedError, PriceAboveLimitError } from '@dim/sdk'
import type { Money } from '../context.ts'
import { describeError } from './describeError.ts'
import { exitCodeOf } from './exitCode.ts'

const untouched: Money = { charged: false, sending: false, note: 'Nothing was charged.' }

class SomeError extends BaseError {
  override readonly code = 'SOME_FAILURE'
}

describe('describeError', () => {
  it('tells what an error says about money and the next step', () => {
    const error = new SomeError('It broke.', { charged: 'One cent is gone.', hint: 'Mend it.' })
    const { code, message, money, next, exitCode } = describeError(error, untouched)
    assert.deepEqual(
      { code, message, money, next, exitCode },
      {
        code: 'SOME_FAILURE',
        message: 'It broke.',
        money: 'One cent is gone.',
        next: 'Mend it.',
        exitCode: 1,
      },
    )
  })

  it('believes what was signed more than what an error says', () => {
    const money = { charged: true, sending: false, note: 'At most 1 USDC is in the escrow.' }
    const described = describeError(new SomeError('It broke.', { charged: 'Nothing was charged.' }), money)
    assert.deepEqual(
      { charged: described.charged, money: described.money },
      { charged: true, money: money.note },
    )
  })

  it('is certain that nothing was charged when the chain is silent from the start', () => {
    const error = new ChainUnreachableError('Listing the models', undefined)
    assert.equal(describeError(error, untouched).money, 'Nothing was charged.')
    assert.match(describeError(error, { ...untouched, sending: true }).money, /not known/)
  })

  it('says in words of the command line how to go on', () => {
    const jobId = `0x${'ab'.repeat(32)}` as const
    assert.match(
      describeError(new JobDetachedError(jobId, undefined), untouched).next ?? '',
      new RegExp(`dim job watch ${jobId}`),
    )
    const above = new PriceAboveLimitError({ priceUsdc: 2n, maxPriceUsdc: 1n })
    assert.match(describeError(above, untouched).next ?? '', /--max-price/)
  })

  it('gives faults of the system a code of ours', () => {
    const fault = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' })
    assert.equal(describeError(fault, untouched).code, 'FILE_NOT_FOUND')
    assert.equal(describeError(new TypeError('x is not a function'), untouched).code, 'INTERNAL')
    assert.equal(describeError('text', untouched).code, 'INTERNAL')
  })

  it('maps codes to exit codes', () => {
    const expected = {
      MODEL_UNKNOWN: 1,
      USAGE: 2,
      AMBIGUOUS_MODEL: 2,
      CONFIG_INVALID: 3,
      KEY_FILE_READABLE: 3,
      PORT_IN_USE: 3,
      CHAIN_UNREACHABLE: 4,
      WRONG_CHAIN: 4,
      CONTRACT_WRONG_STATUS: 4,
      PRICE_ABOVE_LIMIT: 5,
      INSUFFICIENT_FUNDS: 5,
      INSUFFICIENT_GAS_FUNDS: 5,
      NODE_NOT_RUNNING: 6,
    }
    for (const [code, exit] of Object.entries(expected)) assert.equal(exitCodeOf(code), exit, code)
  })
})
