import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type ModelManifest, TensorSet } from '@dim/sdk'
import { dump } from 'npyjs'
import sharp from 'sharp'
import { drawText } from './picture.ts'
import { prepareInputs } from './prepare.ts'
import { presentOutputs } from './present.ts'

type Manifest = ModelManifest.ModelManifest
type Step = Manifest['preprocessing'][number]

const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const zeros = `0x${'00'.repeat(32)}` as const

function manifestOf(inputs: ModelManifest.Port[], preprocessing: Step[] = []): Manifest {
  return {
    dim: 'model/1',
    name: 'm',
    version: '1',
    publisher: '0x00000000000000000000000000000000000000A1',
    salt: zeros,
    description: '',
    task: 'other',
    licence: 'MIT',
    format: 'onnx',
    precision: 'float32',
    files: [{ path: 'm.onnx', cid, bytes: 1, sha256: zeros, role: 'model' }],
    entry: 'm.onnx',
    opset: 17,
    operators: [],
    inputs,
    outputs: [{ name: 'y', dtype: 'float32', dims: [1, 3] }],
    preprocessing,
    postprocessing: [],
    tolerance: { mode: 'exact', absolute: 0, relative: 0 },
    golden: [],
    unit: 'run',
    maxima: { inputBytes: 1e7, outputBytes: 1e7, runMs: 1000 },
  }
}

const numbers = (tensor: TensorSet.Tensor | undefined) =>
  tensor === undefined ? undefined : Array.from(TensorSet.toNumbers(tensor)).map(Number)

const image: Step = {
  kind: 'image',
  input: 'x',
  channels: 'rgb',
  layout: 'nchw',
  height: 2,
  width: { mode: 'keep-ratio', min: 1, max: 8 },
  scale: 1 / 255,
  mean: 0,
  std: 1,
}
const pictures = manifestOf([{ name: 'x', dtype: 'float32', dims: [1, 3, 2, 'w'] }], [image])
const sounds = manifestOf(
  [{ name: 'x', dtype: 'float32', dims: [1, 4] }],
  [{ kind: 'audio', input: 'x', sampleRate: 8000, windowSamples: 4 }],
)
const vector = manifestOf([
  { name: 'x', dtype: 'float32', dims: ['n'] },
  { name: 'k', dtype: 'int64', dims: [], default: 7 },
])

const solid = (format: 'png' | 'jpeg' | 'webp') =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: '#ff0000' } })
    .toFormat(format, { quality: 100 })
    .toBuffer()

describe('preparation of a picture', () => {
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    it(`reads ${format} by its content, keeps the ratio and orders the channels`, async () => {
      const { x } = await prepareInputs(pictures, await solid(format))
      assert.deepEqual(x?.dims, [1, 3, 2, 4])
      const values = numbers(x) ?? []
      assert.ok(
        values.slice(0, 8).every((value) => value > 0.97),
        values.join(),
      )
      assert.ok(
        values.slice(8).every((value) => value < 0.03),
        values.join(),
      )
    })
  }

  it('puts transparent pixels on white', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer()
    const { x } = await prepareInputs(pictures, png)
    assert.ok(numbers(x)?.every((value) => value === 1))
  })

  it('refuses a broken picture, and a picture for a model without eyes', async () => {
    const png = await solid('png')
    await assert.rejects(prepareInputs(pictures, png.subarray(0, 60)), { code: 'INPUT_FILE_INVALID' })
    await assert.rejects(prepareInputs(vector, png), { code: 'INPUT_FILE_INVALID' })
  })

  it('draws the same text always the same, and another text differently', async () => {
    const [first, again, other] = [await drawText('abc'), await drawText('abc'), await drawText('abd')]
    assert.deepEqual(first, again)
    assert.notDeepEqual(first, other)
  })
})

describe('preparation of a sound', () => {
  const wav = (options: { rate: number; channels: number; bits: number; tag?: number }, data: Buffer) => {
    const head = Buffer.alloc(44)
    head.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1')
    head.writeUInt32LE(16, 16)
    head.writeUInt16LE(options.tag ?? 1, 20)
    head.writeUInt16LE(options.channels, 22)
    head.writeUInt32LE(options.rate, 24)
    head.writeUInt16LE(options.bits, 34)
    head.write('data', 36)
    head.writeUInt32LE(data.length, 40)
    return Buffer.concat([head, data])
  }
  const int16 = (...values: number[]) => Buffer.from(Int16Array.from(values).buffer)

  it('reads 16-bit samples, and pads a short sound at its start', async () => {
    const file = wav({ rate: 8000, channels: 1, bits: 16 }, int16(16384, -16384))
    assert.deepEqual(numbers((await prepareInputs(sounds, file)).x), [0, 0, 0.5, -0.5])
  })

  it('mixes channels and reads 8, 24 and 32 bits and floats', async () => {
    const one = async (file: Buffer) => numbers((await prepareInputs(sounds, file)).x)?.at(-1)
    assert.equal(await one(wav({ rate: 8000, channels: 2, bits: 16 }, int16(16384, 0))), 0.25)
    assert.equal(await one(wav({ rate: 8000, channels: 1, bits: 8 }, Buffer.of(192))), 0.5)
    assert.equal(await one(wav({ rate: 8000, channels: 1, bits: 24 }, Buffer.of(0, 0, 0xc0))), -0.5)
    assert.equal(await one(wav({ rate: 8000, channels: 1, bits: 32 }, Buffer.of(0, 0, 0, 0x40))), 0.5)
    const float = Buffer.from(Float32Array.of(0.75).buffer)
    assert.equal(await one(wav({ rate: 8000, channels: 1, bits: 32, tag: 3 }, float)), 0.75)
  })

  it('brings another rate to that of the model, and takes the loudest part of a long sound', async () => {
    const halved = wav(
      { rate: 16000, channels: 1, bits: 16 },
      int16(0, 8192, 16384, 8192, 0, 8192, 16384, 8192),
    )
    assert.deepEqual(numbers((await prepareInputs(sounds, halved)).x), [0, 0.5, 0, 0.5])
    const long = wav({ rate: 8000, channels: 1, bits: 16 }, int16(0, 0, 16384, 16384, 16384, 16384, 0, 0))
    assert.deepEqual(numbers((await prepareInputs(sounds, long)).x), [0.5, 0.5, 0.5, 0.5])
  })

  it('makes log-mel features for a model that listens to them', async () => {
    const listener = manifestOf(
      [{ name: 'x', dtype: 'float32', dims: [1, 4, 3] }],
      [
        {
          kind: 'log-mel',
          input: 'x',
          sampleRate: 8000,
          windowSamples: 64,
          fftSize: 32,
          hopSamples: 32,
          frames: 3,
          melBins: 4,
          minHz: 0,
          maxHz: 4000,
          melScale: 'htk',
          norm: 'none',
          power: 2,
          log: 'ln',
          floor: 1e-6,
          layout: 'bins-frames',
        },
      ],
    )
    const silence = wav({ rate: 8000, channels: 1, bits: 16 }, int16(...new Array<number>(64).fill(0)))
    const { x } = await prepareInputs(listener, silence)
    assert.deepEqual(x?.dims, [1, 4, 3])
    assert.deepEqual(numbers(x), new Array(12).fill(Math.fround(Math.log(1e-6))))
  })

  it('refuses a file without samples and an unknown encoding', async () => {
    const empty = wav({ rate: 8000, channels: 1, bits: 16 }, int16()).subarray(0, 36)
    await assert.rejects(prepareInputs(sounds, empty), { code: 'INPUT_FILE_INVALID' })
    const law = wav({ rate: 8000, channels: 1, bits: 8, tag: 7 }, Buffer.of(1))
    await assert.rejects(prepareInputs(sounds, law), { code: 'INPUT_FILE_INVALID' })
  })
})

describe('preparation of a text', () => {
  const features = new URL('../../../../test/models/features/', import.meta.url)
  const read = (path: string) => readFile(new URL(path, features))
  const ports: ModelManifest.Port[] = [
    { name: 'ids', dtype: 'int64', dims: ['texts', 'tokens'] },
    { name: 'mask', dtype: 'int64', dims: ['texts', 'tokens'] },
  ]
  const reader = manifestOf(ports, [
    {
      kind: 'text',
      input: 'ids',
      attentionMask: 'mask',
      tokenizer: 'word-piece.tokenizer.json',
      config: 'word-piece.config.json',
      maxTokens: 32,
    },
  ])
  const receipt = async () => {
    const [, second] = JSON.parse((await read('word-piece.cases.json')).toString())
    assert.equal(second.text, 'receipt')
    return second.ids as number[]
  }

  it('takes the tokenizer of the manifest', async () => {
    const { ids, mask } = await prepareInputs(reader, Buffer.from('receipt'), read)
    assert.deepEqual(numbers(ids), await receipt())
    assert.deepEqual(numbers(mask), [1, 1, 1])
  })

  it('takes a list of texts, tensors by their names, and a text that only begins like a list', async () => {
    const list = await prepareInputs(reader, Buffer.from('["receipt", "The model runs."]'), read)
    assert.equal(list.ids?.dims[0], 2)
    const named = await prepareInputs(reader, Buffer.from('{"ids":[[1,2]],"mask":[[1,1]]}'), read)
    assert.deepEqual(numbers(named.ids), [1, 2])
    const bracket = await prepareInputs(reader, Buffer.from('[also] these'), read)
    assert.equal(bracket.ids?.dims[0], 1)
  })

  it('refuses a text that is not UTF-8, and says that the tokenizer is missing', async () => {
    const broken = Buffer.of(0x61, 0xff, 0xfe)
    await assert.rejects(prepareInputs(reader, broken, read), { code: 'INPUT_FILE_INVALID' })
    await assert.rejects(prepareInputs(reader, Buffer.from('a')), { code: 'TOKENIZER_INVALID' })
  })

  it('is undone for the answer', async () => {
    const step = { kind: 'tokens', output: 'y', tokenizer: 'word-piece.tokenizer.json' } as const
    const ids = await receipt()
    const y = TensorSet.fromNumbers('int64', ids, [1, ids.length])
    const answers = await presentOutputs({ ...vector, postprocessing: [step] }, { y }, read)
    assert.deepEqual(answers, [{ kind: 'text', output: 'y', text: 'receipt' }])
  })
})

describe('preparation of numbers', () => {
  it('reads named nested arrays, bare arrays and flat tensors', async () => {
    const expected = [1, 2.5]
    for (const json of ['{"x":[1,2.5]}', '[1,2.5]', '{"x":{"dtype":"float32","dims":[2],"data":[1,2.5]}}']) {
      const { x, k } = await prepareInputs(vector, Buffer.from(json))
      assert.deepEqual(numbers(x), expected)
      assert.deepEqual(numbers(k), [7])
    }
  })

  it('reads an array that NumPy saved, if it has the type of the input', async () => {
    const file = new Uint8Array(dump(Float32Array.of(1, 2, 3), [3]))
    assert.deepEqual(numbers((await prepareInputs(vector, file)).x), [1, 2, 3])
    const other = new Uint8Array(dump(Int32Array.of(1), [1]))
    await assert.rejects(prepareInputs(vector, other), { code: 'INPUT_FILE_INVALID' })
    await assert.rejects(prepareInputs(vector, file.subarray(0, 20)), { code: 'INPUT_FILE_INVALID' })
  })

  it('reads a path, and a text for a model that takes one', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dim-prepare-'))
    try {
      const path = join(dir, 'in.txt')
      await writeFile(path, 'grüß dich')
      const reader = manifestOf([{ name: 't', dtype: 'string', dims: ['n'] }])
      const { t } = await prepareInputs(reader, path)
      assert.deepEqual(t?.dtype === 'string' && TensorSet.toTyped({ ...t, dtype: 'string' }), ['grüß dich'])
      await assert.rejects(prepareInputs(vector, path), { code: 'INPUT_FILE_INVALID' })
      await assert.rejects(prepareInputs(reader, join(dir, 'none')), { code: 'INPUT_FILE_INVALID' })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })

  const wrong: readonly [string, string][] = [
    ['{', 'INPUT_FILE_INVALID'],
    ['{"x":{"dtype":"float32","dims":[2]}}', 'INPUT_FILE_INVALID'],
    ['{"x":{"dtype":"nothing","dims":[],"data":[1]}}', 'INPUT_FILE_INVALID'],
    ['{"x":{"dtype":"int64","dims":[1],"data":["1.5"]}}', 'INPUT_FILE_INVALID'],
    ['{"x":[[1,2],[3]]}', 'INPUT_NOT_USABLE'],
    ['{"q":[1]}', 'INPUT_NOT_USABLE'],
    ['{"x":[[1]]}', 'INPUT_INVALID'],
  ]
  for (const [json, code] of wrong) {
    it(`refuses ${json} with ${code}`, () =>
      assert.rejects(prepareInputs(vector, Buffer.from(json)), { code }))
  }
})

describe('presentation of outputs', () => {
  const y = TensorSet.fromTyped('float32', Float32Array.of(0, 2, 1), [1, 3])

  it('gives tensors as they are when the manifest says nothing', async () => {
    const answers = await presentOutputs(vector, { y }, async () => new Uint8Array())
    assert.deepEqual(answers, [{ kind: 'tensor', output: 'y', tensor: y }])
  })

  it('names classes by the labels file', async () => {
    const step = { kind: 'top-k', output: 'y', labels: 'l.txt', k: 2, activation: 'none' } as const
    const answers = await presentOutputs({ ...vector, postprocessing: [step] }, { y }, async (path) => {
      assert.equal(path, 'l.txt')
      return Buffer.from('a\nb\nc\n')
    })
    const [first] = answers
    assert.deepEqual(first?.kind === 'labels' && first.labels.map(({ label }) => label), ['b', 'c'])
  })
})
