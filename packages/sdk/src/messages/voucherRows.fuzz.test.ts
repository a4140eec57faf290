import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bytesToHex,
  getAddress,
  type Hex,
  serializeCompactSignature,
  signatureToCompactSignature,
} from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { BaseError } from '../errors/baseError.ts'
import * as VoucherRows from './voucherRows.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const address = bytes(20).map((value) => getAddress(bytesToHex(value)))
const privateKey = `0x${'11'.repeat(32)}` as const
const signer = privateKeyToAccount(privateKey).address

/** Signatures that a key made, so that `s` is low. */
const signatures = await Promise.all(
  Array.from({ length: 20 }, async (_, i) => {
    const hash: Hex = `0x${(i + 1).toString(16).padStart(64, '0')}`
    const parts = await sign({ hash, privateKey })
    const compact = serializeCompactSignature(signatureToCompactSignature(parts))
    return { long: await sign({ hash, privateKey, to: 'hex' }), compact }
  }),
)
const row = fc.record({
  payer: address,
  signer: address,
  salt: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  withdrawDelay: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  amountUsdc: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  signature: fc.constantFrom(...signatures),
})

function codedOr<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
    assert.equal(error.code, 'VOUCHER_ROWS_MALFORMED')
    return undefined
  }
}

test('rows survive packing, whether signatures are of 65 or 64 bytes', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const compact = rows.map((entry) => ({ ...entry, signature: entry.signature.compact }))
      const packed = VoucherRows.encode(compact)
      assert.equal(packed.length, 2 + 240 * rows.length)
      assert.deepEqual(VoucherRows.decode(packed), compact)
      const long = rows.map((entry) => ({ ...entry, signature: entry.signature.long }))
      assert.equal(VoucherRows.encode(long), packed)
    }),
    { numRuns: 200 },
  )
})

test('any bytes are rows that pack to the same bytes, or a coded error', () => {
  const input = fc.oneof(fc.uint8Array({ maxLength: 400 }), bytes(120), bytes(240))
  fc.assert(
    fc.property(input, (value) => {
      const rows = codedOr(() => VoucherRows.decode(bytesToHex(value)))
      assert.equal(rows !== undefined, value.length % 120 === 0)
      const again = rows === undefined ? undefined : codedOr(() => VoucherRows.encode(rows))
      if (again !== undefined) assert.equal(again, bytesToHex(value))
    }),
    { numRuns: 1_000 },
  )
})

const good: VoucherRows.VoucherRow = {
  payer: signer,
  signer,
  salt: 1,
  withdrawDelay: 60,
  amountUsdc: 5n,
  signature: signatures[0]?.long as Hex,
}
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const highS = (signature: Hex): Hex => {
  const s = order - BigInt(`0x${signature.slice(66, 130)}`)
  const v = signature.endsWith('1b') ? '1c' : '1b'
  return `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, '0')}${v}`
}

const refused: readonly (readonly [string, Partial<VoucherRows.VoucherRow>])[] = [
  ['an amount of 65 bits', { amountUsdc: 2n ** 64n }],
  ['a negative amount', { amountUsdc: -1n }],
  ['a salt of 33 bits', { salt: 2 ** 32 }],
  ['a broken salt', { salt: 1.5 }],
  ['a delay of 33 bits', { withdrawDelay: 2 ** 32 }],
  ['a signature with high s', { signature: highS(good.signature) }],
  ['a signature with another v', { signature: `${good.signature.slice(0, -2)}1d` as Hex }],
  ['a signature of another length', { signature: '0x1234' }],
  ['an address that is none', { payer: '0x12' }],
]
for (const [what, change] of refused) {
  test(`${what} is refused, and the row named`, () => {
    assert.throws(
      () => VoucherRows.encode([good, { ...good, ...change }]),
      (error: BaseError) => {
        assert.equal(error.code, 'VOUCHER_ROWS_MALFORMED')
        assert.match(error.message, /row 1/)
        return true
      },
    )
  })
}
