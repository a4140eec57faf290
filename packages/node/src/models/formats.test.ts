import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TensorSet } from '@dim/sdk'
import { z } from 'zod'
import type { ReadyModel } from './cache.ts'
import { checkInputs } from './checkInputs.ts'
import { decodeJsonTensors } from './decodeJsonTensors.ts'
import { buildManifest } from './publish.ts'
import { type ModelWorkshop, openModelWorkshop } from './support/modelWorkshop.ts'

/** Made by scripts/models; the answers are those of NumPy or of ONNX's reference, never of the engine that is tested. */
const models = new URL('../../../../test/models/', import.meta.url).pathname

const tensors = z.record(z.string(), z.unknown())
const goldenFile = z.object({
  model: z.string(),
  precision: z.string(),
  absolute: z.number(),
  cases: z.array(z.object({ inputs: tensors, outputs: tensors })).min(2),
})
type Case = { inputs: TensorSet.TensorSet; outputs: TensorSet.TensorSet }
type Golden = { model: string; precision: string; absolute: number; cases: Case[] }

const { fromTyped } = TensorSet
const floats = (...dims: number[]) =>
  fromTyped('float32', new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims)
const halves = (...dims: number[]) =>
  TensorSet.fromNumbers('float16', new Array(dims.reduce((product, dim) => product * dim, 1)).fill(0), dims)
const ones = (...dims: number[]) =>
  TensorSet.fromNumbers('int64', new Array(dims.reduce((product, dim) => product * dim, 1)).fill(1), dims)
const texts = (...items: string[]) => fromTyped('string', items, [items.length])

const wrongRows: readonly TensorSet.TensorSet[] = [
  { x: floats(1, 63) },
  { x: floats(64) },
  { x: halves(1, 64) },
]

const wrong: Readonly<Record<string, readonly TensorSet.TensorSet[]>> = {
  'int8-qdq': wrongRows,
  'int8-dynamic': [{ x: floats(2, 65) }, { x: floats(1, 1, 64) }, { y: floats(1, 64) }],
  int4: [{ x: floats(1, 32) }, { x: ones(1, 64) }, {}],
  float16: [{ x: floats(1, 64) }, { x: halves(1, 60) }, { x: halves(64) }],
  'external-data': [{ x: floats(0, 63) }, { x: ones(1, 64) }, {}],
  strings: [
    { words: floats(2) },
    { words: fromTyped('string', ['red', 'blue'], [1, 2]) },
    { word: texts('red') },
  ],
  'dynamic-shapes': [
    { x: floats(1, 2, 3), mask: ones(1, 3) },
    { x: floats(2, 2, 3), mask: ones(3, 2) },
    { x: floats(1, 2, 3), mask: floats(1, 2) },
  ],
  'image-to-image': [
    { picture: floats(1, 4, 2, 2) },
    { picture: floats(2, 3, 2, 2) },
    { picture: floats(3, 2, 2) },
  ],
}

let workshop: ModelWorkshop

before(async () => {
  workshop = await openModelWorkshop()
})

after(() => workshop.close())

async function readGolden(name: string): Promise<Golden> {
  const golden = goldenFile.parse(JSON.parse(await readFile(join(models, `${name}.golden.json`), 'utf8')))
  const decode = (set: unknown) => decodeJsonTensors(Buffer.from(JSON.stringify(set)), [])
  const cases = golden.cases.map(({ inputs, outputs }) => ({
    inputs: decode(inputs),
    outputs: decode(outputs),
  }))
  return { ...golden, cases }
}

async function serve(name: string, golden: Golden): Promise<ReadyModel> {
  const { manifest, modelKey } = await buildManifest({
    onnxPath: join(models, golden.model),
    content: workshop.content,
    pool: workshop.pool,
    options: {
      name,
      version: '1',
      publisher: '0x00000000000000000000000000000000000000A1',
      salt: `0x${'33'.repeat(32)}`,
      goldenInputs: golden.cases.map(({ inputs }) => inputs),
    },
  })
  assert.equal(manifest.precision, golden.precision)
  return workshop.cache.ensure(modelKey)
}

async function run({ modelKey, dir: modelDir, entry, manifest }: ReadyModel, inputs: TensorSet.TensorSet) {
  const model = { key: modelKey, dir: modelDir, entry }
  return (await workshop.pool.run({ model, inputs: checkInputs(manifest, inputs) })).outputs
}

it('every model of the folder is under test', async () => {
  const found = (await readdir(models)).filter((name) => name.endsWith('.onnx'))
  assert.deepEqual(found.map((name) => name.replace('.onnx', '')).sort(), Object.keys(wrong).sort())
})

for (const [name, inputs] of Object.entries(wrong)) {
  describe(`a model with ${name}`, () => {
    let golden: Golden
    let ready: ReadyModel

    before(async () => {
      golden = await readGolden(name)
      ready = await serve(name, golden)
    })

    it('is published with its precision, fetched, loaded, and gives the answers that were calculated', async () => {
      assert.deepEqual(ready.goldenPassed, ['cpu'])
      for (const { inputs: given, outputs } of golden.cases) {
        const tolerance = { mode: 'allclose', absolute: golden.absolute, relative: 1e-3 } as const
        const { within, reason } = TensorSet.compare(outputs, await run(ready, given), tolerance)
        assert.ok(within, reason)
      }
    })

    inputs.forEach((given, index) => {
      it(`refuses wrong input ${index + 1}, and answers the next one`, async () => {
        await assert.rejects(run(ready, given), { code: 'INPUT_INVALID' })
        const model = { key: ready.modelKey, dir: ready.dir, entry: ready.entry }
        await assert.rejects(workshop.pool.run({ model, inputs: given }), { code: 'MODEL_RUN_FAILED' })
        const next = golden.cases[0]?.inputs ?? {}
        assert.deepEqual(Object.keys(await run(ready, next)), Object.keys(golden.cases[0]?.outputs ?? {}))
      })
    })
  })
}
