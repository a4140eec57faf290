import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import * as InputPayload from './inputPayload.ts'
import * as JobSpec from './jobSpec.ts'
import * as Receipt from './receipt.ts'
import * as ResultPayload from './resultPayload.ts'
import { encode } from './tensors/encode.ts'
import { fromTyped } from './tensors/typed.ts'

const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const tensors = encode({ x: fromTyped('float32', Float32Array.of(1, 2), [2]) })
const jobSpec = JobSpec.canonical(JobSpec.forModel(word('01')))
const input: InputPayload.InputPayload = {
  tensors,
  salt: word('5a'),
  jobSpec,
  replyKey: hexToBytes(word('0e')),
}

const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const details = {
  runtime: 'ort',
  executionProvider: 'cpu',
  sandbox: 'process',
  timingsMs: { queue: 0, load: 1, run: 2 },
}
const receipt = Receipt.forJob({
  provider: address,
  client: address,
  jobId: word('0a'),
  modelKey: word('01'),
  inputCommit: word('02'),
  resultCommit: word('03'),
  details,
  charged: 5n,
  servedAt: 1_790_000_000,
})
const result: ResultPayload.ResultPayload = {
  tensors,
  salt: word('5b'),
  receipt,
  signature: `0x${'ab'.repeat(65)}`,
  details,
}

test('payloads survive their encoding', () => {
  assert.deepEqual(InputPayload.decode(InputPayload.encode(input)), input)
  assert.deepEqual(ResultPayload.decode(ResultPayload.encode(result)), result)
})

test('an input payload has the bytes that its documentation says', () => {
  const small = { ...input, jobSpec: Uint8Array.of(1), tensors: Uint8Array.of(2, 3) }
  const expected = `0x44494d4901${'5a'.repeat(32)}${'0e'.repeat(32)}010000000000000001${'02'.padEnd(16, '0')}0203`
  assert.equal(bytesToHex(InputPayload.encode(small)), expected)
})

test('every cut and every byte too many is refused', () => {
  const encoded = InputPayload.encode(input)
  for (let length = 0; length < encoded.length; length++) {
    assert.throws(() => InputPayload.decode(encoded.subarray(0, length)), { code: 'PAYLOAD_MALFORMED' })
  }
  const longer = Uint8Array.from([...encoded, 0])
  assert.throws(() => InputPayload.decode(longer), { code: 'PAYLOAD_MALFORMED' })
})

test('an input is no result, and another version is refused', () => {
  assert.throws(() => ResultPayload.decode(InputPayload.encode(input)), { code: 'PAYLOAD_MALFORMED' })
  const newer = InputPayload.encode(input)
  newer[4] = 2
  assert.throws(() => InputPayload.decode(newer), { code: 'PAYLOAD_MALFORMED' })
})

test('a salt or a key of another length is refused when it is written', () => {
  assert.throws(() => InputPayload.encode({ ...input, salt: '0x12' }), { code: 'PAYLOAD_MALFORMED' })
  assert.throws(() => InputPayload.encode({ ...input, replyKey: new Uint8Array(31) }), {
    code: 'PAYLOAD_MALFORMED',
  })
})

test('a result whose receipt is written in another way is refused', () => {
  const encoded = ResultPayload.encode(result)
  const at = 5 + 32
  const length = Number(new DataView(encoded.buffer).getBigUint64(at, true))
  const text = new TextDecoder().decode(encoded.subarray(at + 8, at + 8 + length))
  const spaced = new TextEncoder().encode(` ${text}`)
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(spaced.length), true)
  const rest = encoded.subarray(at + 8 + length)
  const changed = Uint8Array.from([...encoded.subarray(0, at), ...size, ...spaced, ...rest])
  assert.throws(() => ResultPayload.decode(changed), { code: 'RESULT_PAYLOAD_INVALID' })
})
