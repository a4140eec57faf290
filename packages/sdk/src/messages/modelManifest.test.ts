import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hex } from 'viem'
import { sha256 } from 'viem'
import { cidToRef } from '../crypto/cid.ts'
import * as ModelManifest from './modelManifest.ts'

const cid = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
const hash: Hex = `0x${'5a'.repeat(32)}`

const json = {
  dim: 'model/1',
  name: 'line-reader',
  version: '1.0.0',
  publisher: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  salt: hash,
  description: 'Reads one line of text — 读一行字.',
  task: 'image-to-text',
  licence: 'Apache-2.0',
  format: 'onnx',
  precision: 'float32',
  files: [
    { path: 'rec.onnx', cid, bytes: 10_857_958, sha256: hash, role: 'model' },
    { path: 'labels/keys.txt', cid, bytes: 26_250, sha256: hash, role: 'labels' },
  ],
  entry: 'rec.onnx',
  opset: 14,
  operators: ['Conv', 'MatMul', 'Softmax'],
  inputs: [
    { name: 'x', dtype: 'float32', dims: ['batch', 3, 48, 'width'], meaning: 'a line of text' },
    { name: 'state', dtype: 'float32', dims: [2, 'batch', 128], default: 0, defaultDims: { batch: 1 } },
  ],
  outputs: [{ name: 'y', dtype: 'float32', dims: ['batch', 'steps', 6625] }],
  preprocessing: [
    {
      kind: 'image',
      input: 'x',
      channels: 'rgb',
      layout: 'nchw',
      height: 48,
      width: { mode: 'keep-ratio', min: 16, max: 2048 },
      scale: 1 / 255,
      mean: 0.5,
      std: [0.5, 0.5, 0.5],
    },
  ],
  postprocessing: [{ kind: 'ctc', output: 'y', labels: 'labels/keys.txt', blank: 0, spaceLast: true }],
  tolerance: { mode: 'allclose', absolute: 1e-4, relative: 1e-3 },
  golden: [{ inputs: cid, outputs: cid }],
  unit: 'run',
  maxima: { inputBytes: 1_200_000, outputBytes: 8_000_000, runMs: 5_000 },
} as const

const manifest = ModelManifest.parse(json)

test('a manifest survives JSON, canonical bytes and back', () => {
  assert.deepEqual(ModelManifest.toJson(manifest), json)
  assert.deepEqual(ModelManifest.decode(ModelManifest.canonical(manifest)), manifest)
})

test('the key is the SHA-256 of the canonical bytes, and the CID holds the key', () => {
  const key = ModelManifest.key(manifest)
  assert.equal(key, sha256(ModelManifest.canonical(manifest)))
  assert.equal(cidToRef(ModelManifest.cid(manifest)), key)
  assert.equal(key, '0x06de281488024e008d5be361447da56ef6649d7dc98a6f2b17c2cd6255a6c1dd')
})

test('the key depends on neither the order of fields nor the case of the address', () => {
  const shuffled = Object.fromEntries(Object.entries(json).reverse())
  assert.equal(ModelManifest.key(ModelManifest.parse(shuffled)), ModelManifest.key(manifest))
  const lower = { ...json, publisher: json.publisher.toLowerCase() }
  assert.equal(ModelManifest.key(ModelManifest.parse(lower)), ModelManifest.key(manifest))
})

test('any change is another key', () => {
  assert.notEqual(ModelManifest.key({ ...manifest, version: '1.0.1' }), ModelManifest.key(manifest))
})

const encoder = new TextEncoder()
const code = 'MODEL_MANIFEST_INVALID'

test('decode wants the bytes of the key', () => {
  const bytes = ModelManifest.canonical(manifest)
  assert.deepEqual(ModelManifest.decode(bytes, ModelManifest.key(manifest)), manifest)
  assert.throws(() => ModelManifest.decode(bytes, hash), { code })
})

test('decode refuses JSON that is not canonical, so that one manifest has one key', () => {
  assert.throws(() => ModelManifest.decode(encoder.encode(JSON.stringify(json))), { code })
  const text = new TextDecoder().decode(ModelManifest.canonical(manifest))
  assert.throws(() => ModelManifest.decode(encoder.encode(` ${text}`)), { code })
  assert.throws(() => ModelManifest.decode(encoder.encode(`\ufeff${text}`)), { code })
  assert.throws(
    () => ModelManifest.decode(encoder.encode(text.replace('"opset":14', '"opset":14,"opset":14'))),
    { code },
  )
})

test('decode refuses what is not JSON, not UTF-8 or too large', () => {
  for (const bytes of [
    encoder.encode('{'),
    Uint8Array.of(0xff),
    new Uint8Array(0),
    new Uint8Array(256 * 1024 + 1),
  ]) {
    assert.throws(() => ModelManifest.decode(bytes), { code })
  }
})

test('a manifest of more than 256 KiB is refused when it is written', () => {
  const operators = Array.from({ length: 2000 }, (_, i) => `${i}`.padEnd(200, 'x'))
  assert.throws(() => ModelManifest.canonical({ ...manifest, operators }), { code })
})

const wrong: readonly (readonly [string, Record<string, unknown>])[] = [
  ['dim', { dim: 'model/2' }],
  ['name', { name: '' }],
  ['publisher', { publisher: '0x1' }],
  ['salt', { salt: '0x00' }],
  ['format', { format: 'tflite' }],
  ['files', { files: [] }],
  ['files', { files: [json.files[0], json.files[0]] }],
  ['entry', { entry: 'other.onnx' }],
  ['entry', { entry: 'labels/keys.txt' }],
  ['files.0.path', { files: [{ ...json.files[0], path: '../rec.onnx' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: '/etc/passwd' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: 'a/../../b' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: 'a//b' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: 'a\\b' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: 'c:a' }] }],
  ['files.0.path', { files: [{ ...json.files[0], path: 'a\0' }] }],
  ['files.0.bytes', { files: [{ ...json.files[0], bytes: -1 }] }],
  ['files.0.cid', { files: [{ ...json.files[0], cid: 'Qm' }] }],
  ['inputs', { inputs: [json.inputs[0], json.inputs[0]] }],
  ['inputs.0.dtype', { inputs: [{ ...json.inputs[0], dtype: 'float' }] }],
  ['inputs.0.dims.0', { inputs: [{ ...json.inputs[0], dims: [-1] }] }],
  ['preprocessing.0.kind', { preprocessing: [{ kind: 'video' }] }],
  ['preprocessing.0.height', { preprocessing: [{ ...json.preprocessing[0], height: 0 }] }],
  ['tolerance.absolute', { tolerance: { ...json.tolerance, absolute: -1 } }],
  ['unit', { unit: 'hour' }],
  ['maxima.runMs', { maxima: { ...json.maxima, runMs: 0 } }],
]

for (const [path, change] of wrong) {
  test(`${JSON.stringify(change).slice(0, 90)} is refused at ${path}`, () =>
    assert.throws(() => ModelManifest.parse({ ...json, ...change }), { code, path }))
}
