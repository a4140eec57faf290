import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type Answer, TensorSet } from '@dim/sdk'
import type { ReadyModel } from '../cache.ts'
import { drawText } from '../picture.ts'
import { prepareInputs } from '../prepare.ts'
import { presentOutputs } from '../present.ts'
import { buildManifest } from '../publish.ts'
import { randomReadableText, readableWords } from '../readableText.ts'
import { type ModelWorkshop, openModelWorkshop } from '../support/modelWorkshop.ts'
import { drawSymbol } from '../symbolPicture.ts'
import type { SeedModel } from './seedModel.ts'
import { seedModels } from './seedModels.ts'

const publisher = '0x00000000000000000000000000000000000000A1'
const salt = `0x${'11'.repeat(32)}` as const

let workshop: ModelWorkshop
const ready = new Map<SeedModel['name'], ReadyModel>()

before(async () => {
  workshop = await openModelWorkshop()
  for (const seed of seedModels) {
    const { onnxPath, options } = await seed.prepare()
    const { modelKey } = await buildManifest({
      onnxPath,
      content: workshop.content,
      pool: workshop.pool,
      options: { ...options, publisher, salt },
    })
    ready.set(seed.name, await workshop.cache.ensure(modelKey))
  }
})

after(() => workshop.close())

function model(name: SeedModel['name']): ReadyModel {
  const found = ready.get(name)
  assert.ok(found, name)
  return found
}

async function run(name: SeedModel['name'], inputs: TensorSet.TensorSet): Promise<TensorSet.TensorSet> {
  const { modelKey, dir: modelDir, entry } = model(name)
  const { outputs } = await workshop.pool.run({ model: { key: modelKey, dir: modelDir, entry }, inputs })
  return outputs
}

async function answer(name: SeedModel['name'], file: Uint8Array): Promise<Answer> {
  const { manifest, dir: modelDir } = model(name)
  const outputs = await run(name, await prepareInputs(manifest, file))
  const [first] = await presentOutputs(manifest, outputs, (path) => readFile(join(modelDir, path)))
  assert.ok(first)
  return first
}

describe('seeded models', () => {
  it('are published with golden vectors that the cache has checked', () => {
    for (const { manifest, goldenPassed } of ready.values()) {
      assert.equal(manifest.golden.length, 2, manifest.name)
      assert.deepEqual(goldenPassed, ['cpu'], manifest.name)
    }
  })

  it('line-reader reads words that were drawn a moment ago', async () => {
    const text = randomReadableText()
    const found = await answer('line-reader', await drawText(text))
    assert.equal(found.kind === 'text' && found.text.trim(), text)
  })

  it('line-reader reads every word of the list', async () => {
    for (const word of readableWords) {
      const found = await answer('line-reader', await drawText(word))
      assert.equal(found.kind === 'text' && found.text.trim(), word)
    }
  })

  it('symbol-classifier names drawn symbols', async () => {
    for (const name of ['infinity', 'sum', 'times'] as const) {
      const found = await answer('symbol-classifier', await drawSymbol(name))
      assert.equal(found.kind === 'labels' && found.labels[0]?.label, name)
    }
  })

  it('voice-activity hears a voice in speech-like sound and none in silence', async () => {
    const { manifest } = model('voice-activity')
    const silence = await prepareInputs(manifest, toWav(new Float32Array(576)))
    const quiet = await run('voice-activity', silence)
    const value = (outputs: TensorSet.TensorSet) => {
      assert.ok(outputs.output)
      return TensorSet.toNumbers(outputs.output)[0] as number
    }
    assert.ok(value(quiet) < 0.05, `silence gives ${value(quiet)}`)
    const vowel = await speechProbability(manifest.golden[0]?.inputs ?? '', run)
    assert.ok(vowel > value(quiet), `a vowel gives ${vowel}`)
  })

  it('give the same numbers as the engine alone in another process', async () => {
    const { manifest, dir: modelDir, entry } = model('line-reader')
    const inputs = await prepareInputs(manifest, await drawText('compare me'))
    const expected = await runEngineAlone(join(modelDir, entry), inputs)
    const outputs = await run('line-reader', inputs)
    const { within, reason } = TensorSet.compare(expected, outputs, {
      mode: 'allclose',
      absolute: 1e-5,
      relative: 1e-5,
    })
    assert.ok(within, reason)
  })
})

/** The model's memory is fed back, window after window, as a client that listens does. */
async function speechProbability(goldenCid: string, infer: typeof run): Promise<number> {
  const { CID } = await import('multiformats/cid')
  const parts: Uint8Array[] = []
  for await (const part of workshop.content.read(CID.parse(goldenCid))) parts.push(part)
  let inputs = TensorSet.decode(Buffer.concat(parts))
  let best = 0
  for (let window = 0; window < 12; window++) {
    const { output, stateN } = await infer('voice-activity', inputs)
    assert.ok(output && stateN)
    best = Math.max(best, TensorSet.toNumbers(output)[0] as number)
    inputs = { ...inputs, state: stateN }
  }
  return best
}

function toWav(samples: Float32Array): Uint8Array {
  const wav = Buffer.alloc(44 + samples.length * 2)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples.length * 2, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(16_000, 24)
  wav.writeUInt32LE(32_000, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, i) => {
    wav.writeInt16LE(Math.round(sample * 32_767), 44 + 2 * i)
  })
  return wav
}

const engineAlone = `
import { readFileSync, writeFileSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
const [modelPath, inputPath, outputPath, dims] = process.argv.slice(1)
const bytes = readFileSync(inputPath)
const session = await ort.InferenceSession.create(modelPath)
const x = new Float32Array(new Uint8Array(bytes).buffer)
const result = await session.run({ x: new ort.Tensor('float32', x, JSON.parse(dims)) })
const output = result[session.outputNames[0]]
writeFileSync(outputPath, new Uint8Array(output.data.buffer, output.data.byteOffset, output.data.byteLength))
console.log(JSON.stringify({ name: session.outputNames[0], dims: output.dims }))
`

async function runEngineAlone(path: string, inputs: TensorSet.TensorSet): Promise<TensorSet.TensorSet> {
  assert.ok(inputs.x)
  const [inputPath, outputPath] = [join(workshop.dir, 'alone.in'), join(workshop.dir, 'alone.out')]
  await writeFile(inputPath, inputs.x.data)
  const args = [
    '--input-type=module',
    '-e',
    engineAlone,
    path,
    inputPath,
    outputPath,
    JSON.stringify(inputs.x.dims),
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  })
  const { name, dims } = JSON.parse(stdout)
  return { [name]: { dtype: 'float32', dims, data: new Uint8Array(await readFile(outputPath)) } }
}
