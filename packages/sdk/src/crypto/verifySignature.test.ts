import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bytesToHex,
  createClient,
  custom,
  encodeAbiParameters,
  type Hex,
  keccak256,
  parseSignature,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
  stringToHex,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { verifySignature } from './verifySignature.ts'

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const hash = keccak256(stringToHex('a message'))
const signature = await account.sign({ hash })
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

test('65 bytes and 64 bytes (EIP-2098) of the signer are right', async () => {
  const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)))
  assert.equal(compact.length, 130)
  assert.equal(await verifySignature(hash, { signature, signer: account.address }), true)
  assert.equal(await verifySignature(hash, { signature: compact, signer: account.address }), true)
})

test('another signer, another hash and a changed byte are wrong', async () => {
  const other = privateKeyToAccount(`0x${'22'.repeat(32)}`)
  assert.equal(await verifySignature(hash, { signature, signer: other.address }), false)
  const otherHash = keccak256(stringToHex('another message'))
  assert.equal(await verifySignature(otherHash, { signature, signer: account.address }), false)
  const changed: Hex = `${signature.slice(0, 20) as Hex}${signature[20] === '0' ? '1' : '0'}${signature.slice(21)}`
  assert.equal(await verifySignature(hash, { signature: changed, signer: account.address }), false)
})

test('the mirrored signature with a high s is wrong, as the contracts have it', async () => {
  const { r, s, yParity } = parseSignature(signature)
  const high = serializeSignature({ r, s: toHex(order - BigInt(s), { size: 32 }), yParity: 1 - yParity })
  assert.equal(await verifySignature(hash, { signature: high, signer: account.address }), false)
})

test('v of 0 and 1 is wrong, as the contracts have it', async () => {
  const zero: Hex = `${signature.slice(0, -2) as Hex}${signature.endsWith('1b') ? '00' : '01'}`
  assert.equal(await verifySignature(hash, { signature: zero, signer: account.address }), false)
})

test('any bytes are a wrong signature, never an exception', async () => {
  const length = fc.constantFrom(0, 1, 63, 64, 65, 66, 200)
  const bytes = length.chain((n) => fc.uint8Array({ minLength: n, maxLength: n }))
  await fc.assert(
    fc.asyncProperty(bytes, async (random) => {
      assert.equal(
        await verifySignature(hash, { signature: bytesToHex(random), signer: account.address }),
        false,
      )
    }),
    { numRuns: 300 },
  )
})

const answering = (answer: () => unknown) =>
  createClient({ transport: custom({ request: async () => answer() }, { retryCount: 0 }) })
const contract = '0x00000000000000000000000000000000000000c0'

test('a contract account answers by EIP-1271', async () => {
  const word = (value: Hex) => encodeAbiParameters([{ type: 'bytes4' }], [value])
  const yes = answering(() => word('0x1626ba7e'))
  assert.equal(await verifySignature(hash, { signature: '0x', signer: contract, client: yes }), true)
  const no = answering(() => word('0xffffffff'))
  assert.equal(await verifySignature(hash, { signature: '0x', signer: contract, client: no }), false)
  const nobody = answering(() => '0x')
  assert.equal(await verifySignature(hash, { signature, signer: contract, client: nobody }), false)
})

test('a contract that reverts refuses; a chain that does not answer is an error', async () => {
  const reverting = answering(() => {
    throw Object.assign(new Error('execution reverted'), { code: 3, data: '0x' })
  })
  assert.equal(await verifySignature(hash, { signature: '0x', signer: contract, client: reverting }), false)
  const dead = answering(() => {
    throw new Error('connection refused')
  })
  await assert.rejects(verifySignature(hash, { signature: '0x', signer: contract, client: dead }))
})
