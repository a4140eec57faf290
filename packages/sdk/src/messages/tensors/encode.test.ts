import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { decode } from './decode.ts'
import { type DType, dtypes } from './dtypes.ts'
import { digest, encode } from './encode.ts'
import { fromTyped } from './typed.ts'

/** Type, dimensions, data as a caller has them, canonical bytes of { x: tensor }, their SHA-256; written by another program. */
const golden: readonly (readonly [DType, readonly number[], Hex, Hex, Hex])[] = [
  [
    'float32',
    [3],
    '0x0000c03f00000080010080ff',
    '0x010078010103000000000000000000c03f000000800000c07f',
    '0x9701334c33519f579b22fcca7b2179da8db248fc467c5f3a09e078fbec0ae0ab',
  ],
  [
    'uint8',
    [2],
    '0x00ff',
    '0x0100780201020000000000000000ff',
    '0xc64b7cf78e2429ccda931c4228d4d7694b1cd4a26a78e8ac2dd4047d8b1c2690',
  ],
  [
    'int8',
    [2],
    '0x807f',
    '0x01007803010200000000000000807f',
    '0x3e1c3445616b832b9054cc0e010312d3bc2aba924af71c66277cb1205ad11db0',
  ],
  [
    'uint16',
    [2],
    '0x0100ffff',
    '0x010078040102000000000000000100ffff',
    '0x39bf49af12253aeda6b49066cfeaa2a5bcf55232701f9dae438a3227c2bd1124',
  ],
  [
    'int16',
    [2],
    '0xfeff0201',
    '0x01007805010200000000000000feff0201',
    '0x0bd53ffda6ce3d39c25f24f61031fc4080a954a1fb7c9f679484e6a69d5fa0e7',
  ],
  [
    'int32',
    [1, 1],
    '0xeb32a4f8',
    '0x010078060201000000000000000100000000000000eb32a4f8',
    '0x175c8d748b28289d581090e4d70ffee2bdf61d1b06eb178c28c4c3b71fedc61e',
  ],
  [
    'int64',
    [],
    '0x80c1ffffffffffff',
    '0x010078070080c1ffffffffffff',
    '0xe9297f9d056c3b8b7ab1df77fa5d27b9989e6188cd9c750a42843e790606d483',
  ],
  [
    'string',
    [2],
    '0x000000000500000061c3a96263',
    '0x01007808010200000000000000000000000500000061c3a96263',
    '0xbb0d1ebc495653f3c3f48cebf1a9332583ecdc788e7d37b29bbf76fa7220995b',
  ],
  [
    'bool',
    [3],
    '0x010001',
    '0x01007809010300000000000000010001',
    '0x1b2d7db631dcbd9bd360fc1937826ca04a39e4e31442d628d748f4388a048845',
  ],
  [
    'float16',
    [3],
    '0x003c0080017c',
    '0x0100780a010300000000000000003c0080007e',
    '0x34a6d59a7ca642299a1d8602deafb11e3221176b5f2fe9e1bf041070cb92fc05',
  ],
  [
    'float64',
    [2],
    '0x0000000000000080010000000000f0ff',
    '0x0100780b0102000000000000000000000000000080000000000000f87f',
    '0xcf8bdb42d8e79f80b8360df2171dc8a5733b502b0459501b210ae91b122f5f65',
  ],
  [
    'uint32',
    [1],
    '0xefbeadde',
    '0x0100780c010100000000000000efbeadde',
    '0x72232620e3256afb501379c3359ab1ed25b0ed2300890d07af4e6d7a0374775b',
  ],
  [
    'uint64',
    [1],
    '0xfeffffffffffffff',
    '0x0100780d010100000000000000feffffffffffffff',
    '0x47aa029bbf1450224f4e0b73e9216ba04ed67b4f4c52b7e24384cac2672011cb',
  ],
  [
    'complex64',
    [1],
    '0x00000040ffffff7f',
    '0x0100780e010100000000000000000000400000c07f',
    '0x8a0c1f5ec0ef4fcb2bd354caf3808263935a66377b19560d903636134c9b2b67',
  ],
  [
    'complex128',
    [1],
    '0xffffffffffffffff00000000000008c0',
    '0x0100780f010100000000000000000000000000f87f00000000000008c0',
    '0xad7ef99e56ad3dde358b7ab56e648b2c8da1c8bf9e3157d7e74a741b7cf120b1',
  ],
  [
    'bfloat16',
    [3],
    '0x803f0080ffff',
    '0x01007810010300000000000000803f0080c07f',
    '0x5410911a60fb3846516a2c39b356d6f7f2b08b58cf048237adf28ccd8046cb3a',
  ],
  [
    'float8e4m3fn',
    [3],
    '0x3880ff',
    '0x0100781101030000000000000038807f',
    '0x647118fb6e6a78b4460cbebec02f3fa60a4fdeefd3fac01f010143ca0fdb9595',
  ],
  [
    'float8e4m3fnuz',
    [2],
    '0x4080',
    '0x010078120102000000000000004080',
    '0x723f62afa790241d49c598add9e8f4fff7bd4b91f188ff8ef6ed6ea3736d9e7f',
  ],
  [
    'float8e5m2',
    [4],
    '0x3cfc7dff',
    '0x010078130104000000000000003cfc7e7e',
    '0xf7d34a1d454d0fda6aae7d76c2f90bf2d1cc1105e7295fe3204d45d2ee09e2f8',
  ],
  [
    'float8e5m2fnuz',
    [2],
    '0x4080',
    '0x010078140102000000000000004080',
    '0x3f71a4ad9abc21d70c93e62fed0fa82e8d4a80c1afcce7c6d8231f338d235cd7',
  ],
  [
    'uint4',
    [3],
    '0xf10a',
    '0x01007815010300000000000000f10a',
    '0x411ddf3ab204bd7f287c7899aa4d4a0f8ae2fc39bc0e3d824ed11dbe6869a42f',
  ],
  [
    'int4',
    [3],
    '0x8f07',
    '0x010078160103000000000000008f07',
    '0x7992ed583900c9a84277f3a9c6212fdb6e8042359d3af2828ba0e66d7db11843',
  ],
  [
    'float4e2m1',
    [2],
    '0xa9',
    '0x01007817010200000000000000a9',
    '0xe6f16524f471a01c70abba18d3689e031a5966acceafcd730f1b29495c9ce2cc',
  ],
  [
    'float8e8m0',
    [2],
    '0x7fff',
    '0x010078180102000000000000007fff',
    '0xceead1630a7b1377e5a8377d9600b6ba9497babaeeb82fbd2daa34151ebcb4d4',
  ],
  [
    'uint2',
    [5],
    '0xe401',
    '0x01007819010500000000000000e401',
    '0x8205cca0e761d9eb713bd04205bc192bd7a418c691afe92f735250db57659b9c',
  ],
  [
    'int2',
    [3],
    '0x1b',
    '0x0100781a0103000000000000001b',
    '0x799d72e8096fcd620ae9c43b44827085bf355ae6c7580eef310d10dcc520d1bb',
  ],
]

test('every element type of ONNX has a golden vector', () => {
  assert.deepEqual(golden.map(([dtype]) => dtype).sort(), [...dtypes].sort())
})

for (const [dtype, dims, data, encoded, sha] of golden) {
  test(`${dtype} is encoded as its golden vector says`, () => {
    const set = { x: { dtype, dims, data: hexToBytes(data) } }
    assert.equal(bytesToHex(encode(set)), encoded)
    assert.equal(digest(set), sha)
    assert.equal(bytesToHex(encode(decode(hexToBytes(encoded)))), encoded)
  })
}

test('encode sorts names by their bytes, not by UTF-16 units', () => {
  const one = fromTyped('uint8', Uint8Array.of(1), [1])
  const named = { '\u{1f600}': one, '\uff5e': one, b: one, B: one }
  assert.deepEqual(Object.keys(decode(encode(named))), ['B', 'b', '\uff5e', '\u{1f600}'])
})

test('encode is the same whatever the order of keys, and leaves its argument alone', () => {
  const x = fromTyped('float32', new Float32Array(new Uint32Array([0xffc00001]).buffer), [1])
  const y = fromTyped('int64', BigInt64Array.of(5n), [])
  const before = bytesToHex(x.data)
  assert.deepEqual(encode({ x, y }), encode({ y, x }))
  assert.equal(bytesToHex(x.data), before)
})

test('an empty set has no bytes and its own digest', () => {
  assert.equal(encode({}).length, 0)
  assert.equal(digest({}), '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('a tensor named __proto__ is a tensor like any other', () => {
  const set = Object.fromEntries([['__proto__', fromTyped('uint8', Uint8Array.of(7), [1])]])
  const again = decode(encode(set))
  assert.deepEqual(Object.keys(again), ['__proto__'])
  assert.equal(Object.getPrototypeOf(again), Object.prototype)
})

const bad: readonly (readonly [string, () => unknown])[] = [
  ['data of a wrong length', () => encode({ x: { dtype: 'float32', dims: [2], data: new Uint8Array(7) } })],
  ['a negative dimension', () => encode({ x: { dtype: 'uint8', dims: [-1], data: new Uint8Array(1) } })],
  ['a broken dimension', () => encode({ x: { dtype: 'uint8', dims: [0.5], data: new Uint8Array(1) } })],
  ['a bool of 2', () => encode({ x: { dtype: 'bool', dims: [1], data: Uint8Array.of(2) } })],
  ['padding that is not zero', () => encode({ x: { dtype: 'int4', dims: [1], data: Uint8Array.of(0x11) } })],
  [
    'a string cut off',
    () => encode({ x: { dtype: 'string', dims: [1], data: Uint8Array.of(9, 0, 0, 0, 65) } }),
  ],
  [
    'a string that is not UTF-8',
    () => encode({ x: { dtype: 'string', dims: [1], data: Uint8Array.of(1, 0, 0, 0, 255) } }),
  ],
  ['half a surrogate pair in a string', () => fromTyped('string', ['\ud800'], [1])],
  ['half a surrogate pair in a name', () => encode({ '\ud800': fromTyped('uint8', Uint8Array.of(1), [1]) })],
  ['an empty name', () => encode({ '': fromTyped('uint8', Uint8Array.of(1), [1]) })],
  [
    'a name too long for its length',
    () => encode({ ['n'.repeat(65_536)]: fromTyped('uint8', Uint8Array.of(1), [1]) }),
  ],
  [
    'an unknown type',
    () => encode({ x: { dtype: 'float128' as DType, dims: [], data: new Uint8Array(16) } }),
  ],
  [
    'more than 255 dimensions',
    () => encode({ x: { dtype: 'uint8', dims: new Array(256).fill(1), data: new Uint8Array(1) } }),
  ],
]

for (const [what, attempt] of bad) {
  test(`encode refuses ${what}`, () => assert.throws(attempt, { code: 'TENSOR_MALFORMED' }))
}

test('encode refuses dimensions whose product no machine can hold', () => {
  const tensor = { dtype: 'uint8', dims: [2 ** 30, 2 ** 30, 0], data: new Uint8Array(0) } as const
  assert.throws(() => encode({ x: tensor }), { code: 'TENSOR_TOO_LARGE' })
})
