import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { type ModelManifest, TensorSet, type TextSpec, type TokensSpec } from '@dim/sdk'
import { z } from 'zod'
import { detokenise } from './detokenise.ts'
import { tokeniseTexts } from './tokeniseTexts.ts'

/** Trained, and run on these texts, by Python's tokenizers: scripts/models/features.py. */
const folder = new URL('../../../../test/models/features/', import.meta.url)
const casesSchema = z.array(
  z.object({
    text: z.string(),
    ids: z.array(z.number()),
    plainIds: z.array(z.number()),
    decoded: z.string(),
  }),
)
const readFeature = (path: string) => readFile(new URL(path, folder))
const readCases = async (name: string) =>
  casesSchema.parse(JSON.parse((await readFeature(`${name}.cases.json`)).toString()))

const names = ['word-piece', 'byte-pairs', 'unigram'] as const
const ports: ModelManifest.Port[] = [
  { name: 'ids', dtype: 'int32', dims: ['texts', 'tokens'] },
  { name: 'mask', dtype: 'int64', dims: ['texts', 'tokens'] },
]
const spec: TextSpec = {
  kind: 'text',
  input: 'ids',
  tokenizer: 'word-piece.tokenizer.json',
  config: 'word-piece.config.json',
  attentionMask: 'mask',
  tokenTypes: 'types',
  maxTokens: 64,
}
const specOf = (name: string): TextSpec => ({
  ...spec,
  tokenizer: `${name}.tokenizer.json`,
  config: `${name}.config.json`,
})
const tokens: TokensSpec = { kind: 'tokens', output: 'y', tokenizer: spec.tokenizer }

const numbers = (tensor: TensorSet.Tensor | undefined) =>
  tensor === undefined ? [] : Array.from(TensorSet.toNumbers(tensor), Number)
const rows = (tensor: TensorSet.Tensor | undefined) => {
  const [count = 0, width = 0] = tensor?.dims ?? []
  return Array.from({ length: count }, (_, row) => numbers(tensor).slice(row * width, (row + 1) * width))
}
const textFile = (value: unknown) => async () => Buffer.from(JSON.stringify(value))

describe('tokenisation', () => {
  for (const name of names) {
    it(`by ${name} gives the ids that Python gives`, async () => {
      const cases = await readCases(name)
      const options = { ports, readFile: readFeature }
      const { ids, mask } = await tokeniseTexts(
        cases.map(({ text }) => text),
        specOf(name),
        options,
      )
      const kept = rows(ids).map((row, at) => row.filter((_, index) => rows(mask)[at]?.[index] === 1))
      assert.deepEqual(
        kept,
        cases.map((one) => one.ids),
      )
      const plain = await tokeniseTexts(
        cases.map(({ text }) => text),
        { ...specOf(name), addSpecialTokens: false },
        options,
      )
      const plainKept = rows(plain.ids).map((row, at) =>
        row.filter((_, index) => rows(plain.mask)[at]?.[index] === 1),
      )
      assert.deepEqual(
        plainKept,
        cases.map((one) => one.plainIds),
      )
    })

    it(`by ${name} is undone as Python undoes it`, async () => {
      for (const { ids, decoded } of await readCases(name)) {
        const tensor = TensorSet.fromNumbers('int64', ids, [1, ids.length])
        const step = { ...tokens, tokenizer: `${name}.tokenizer.json`, config: `${name}.config.json` }
        assert.equal(await detokenise(tensor, step, { readFile: readFeature }), decoded)
      }
    })
  }

  it('takes the types of the inputs, and pads to the side that the tokenizer names', async () => {
    const options = { ports, readFile: readFeature }
    const right = await tokeniseTexts(['receipt', 'The model runs.'], { ...spec, padToMax: true }, options)
    assert.equal(right.ids?.dtype, 'int32')
    assert.equal(right.mask?.dtype, 'int64')
    assert.deepEqual(right.ids?.dims, [2, 64])
    assert.deepEqual(rows(right.mask)[0]?.slice(0, 5), [1, 1, 1, 0, 0])
    assert.deepEqual(new Set(numbers(right.types)), new Set([0]))
    const left = await tokeniseTexts(['receipt', 'The model runs.'], specOf('byte-pairs'), options)
    assert.equal(rows(left.mask)[0]?.at(-1), 1)
    assert.equal(rows(left.mask)[0]?.[0], 0)
  })

  it('reads text from scores, the best of each step', async () => {
    const cases = await readCases('word-piece')
    const { ids = [], decoded } = cases[0] ?? {}
    const width = Math.max(...ids) + 1
    const scores = ids.flatMap((id) => Array.from({ length: width }, (_, index) => (index === id ? 2 : -1)))
    const tensor = TensorSet.fromNumbers('float32', scores, [1, ids.length, width])
    assert.equal(await detokenise(tensor, tokens, { readFile: readFeature }), decoded)
  })

  const unread: readonly (readonly [string, TensorSet.Tensor])[] = [
    ['two texts', TensorSet.fromNumbers('int64', [1, 2], [2, 1])],
    ['a negative id', TensorSet.fromNumbers('int64', [-1], [1, 1])],
    ['scores of two texts', TensorSet.fromNumbers('float32', [1, 2], [2, 1, 1])],
    ['strings', TensorSet.fromTyped('string', ['1'], [1, 1])],
    ['a flat list of scores', TensorSet.fromNumbers('float32', [1, 2], [2])],
  ]
  for (const [what, tensor] of unread) {
    it(`does not read ${what}`, () =>
      assert.rejects(detokenise(tensor, tokens, { readFile: readFeature }), { code: 'OUTPUT_NOT_READABLE' }))
  }

  const tooMuch: readonly (readonly [string, string[], TextSpec])[] = [
    ['a text with more tokens than the model takes', ['The model runs.'], { ...spec, maxTokens: 3 }],
    ['a text without tokens', [''], { ...spec, addSpecialTokens: false }],
    ['a text of megabytes', ['x'.repeat(5 * 2 ** 20)], spec],
    ['no text', [], spec],
  ]
  for (const [what, texts, step] of tooMuch) {
    it(`refuses ${what}`, () =>
      assert.rejects(tokeniseTexts(texts, step, { ports, readFile: readFeature }), {
        code: 'INPUT_FILE_INVALID',
      }))
  }
})

describe('a stranger’s tokenizer', () => {
  const model = { type: 'WordLevel', vocab: { a: 1 }, unk_token: 'none' }
  const files: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
    ['that is missing', async () => new Uint8Array()],
    ['that is no JSON', async () => Buffer.from('{"model":')],
    ['that is not UTF-8', async () => Buffer.of(0xff, 0xfe, 0x80)],
    ['that is a list', textFile([1, 2])],
    ['without a model', textFile({ version: '1.0' })],
    ['of an unknown kind', textFile({ model: { type: 'Telepathy', vocab: {} } })],
    [
      'with a broken expression',
      textFile({ model, pre_tokenizer: { type: 'Split', pattern: { Regex: '(' } } }),
    ],
    ['without an id for the text', textFile({ model, added_tokens: [] })],
    ['of a hundred megabytes', async () => new Uint8Array(100 * 2 ** 20)],
  ]
  for (const [what, read] of files) {
    it(`${what} is refused with a code`, () =>
      assert.rejects(tokeniseTexts(['b'], spec, { ports, readFile: read }), { code: 'TOKENIZER_INVALID' }))
  }

  const split = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false }
  const endless = {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: split,
    post_processor: null,
    decoder: null,
    model,
  }

  it('whose expression never ends is stopped', async () => {
    const limits = { timeoutMs: 3000, memoryMb: 256 }
    const text = `${'a'.repeat(64)}!`
    const { config: _, ...step } = spec
    await assert.rejects(tokeniseTexts([text], step, { ports, readFile: textFile(endless), limits }), {
      code: 'TOKENIZER_LIMIT',
    })
  })

  it('that fills the memory is stopped', async () => {
    const limits = { timeoutMs: 20_000, memoryMb: 48 }
    const vocab = Object.fromEntries(Array.from({ length: 600_000 }, (_, index) => [`word ${index}`, index]))
    const large = { ...endless, pre_tokenizer: null, model: { ...model, vocab } }
    const { config: _, ...step } = spec
    await assert.rejects(tokeniseTexts(['a'], step, { ports, readFile: textFile(large), limits }), {
      code: 'TOKENIZER_LIMIT',
    })
  })
})
