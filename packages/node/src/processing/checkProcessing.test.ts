import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ModelManifest } from '@dim/sdk'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { prepareInputs } from '../models/prepare.ts'
import { presentOutputs } from '../models/present.ts'
import { buildManifest, type PublishOptions } from '../models/publish.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'

const features = new URL('../../../../test/models/features/', import.meta.url)
const readFeature = (path: string) => readFile(new URL(path, features))
const tokenizer = 'word-piece.tokenizer.json'
const text: ModelManifest.ModelManifest['preprocessing'][number] = {
  kind: 'text',
  input: 'ids',
  tokenizer,
  maxTokens: 32,
}
const tokens: ModelManifest.ModelManifest['postprocessing'][number] = {
  kind: 'tokens',
  output: 'y',
  tokenizer,
}

let dir: string
let content: ContentStore
let pool: WorkerPool

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-processing-'))
  content = await openFsStore({ dir: join(dir, 'content') })
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 10_000, logger: silentLogger })
  const { INT64, FLOAT } = Onnx.DataType
  const graph = Onnx.graph({
    nodes: [
      Onnx.node('Identity', { input: ['ids'], output: ['y'] }),
      Onnx.node('Identity', { input: ['x'], output: ['z'] }),
    ],
    inputs: [Onnx.value('ids', INT64, ['texts', 'tokens']), Onnx.value('x', FLOAT, [1])],
    outputs: [Onnx.value('y', INT64, ['texts', 'tokens']), Onnx.value('z', FLOAT, [1])],
  })
  await writeFile(join(dir, 'echo.onnx'), Onnx.model({ graph }))
})

after(async () => {
  await pool.close()
  await content.close()
  await rm(dir, { recursive: true, force: true })
})

async function publish(options: Partial<PublishOptions>) {
  return buildManifest({
    onnxPath: join(dir, 'echo.onnx'),
    content,
    pool,
    options: {
      name: 'echo',
      version: '1',
      publisher: '0x00000000000000000000000000000000000000A1',
      salt: `0x${'55'.repeat(32)}`,
      ports: { x: { default: 0 } },
      files: [{ path: tokenizer, source: await readFeature(tokenizer), role: 'tokenizer' }],
      ...options,
    },
  })
}

describe('what a manifest declares around a run', () => {
  it('carries a text to a worker and back', async () => {
    const { manifest } = await publish({ preprocessing: [text], postprocessing: [tokens] })
    const inputs = await prepareInputs(manifest, Buffer.from('The model runs.'), readFeature)
    const { outputs } = await pool.run({ model: { key: 'echo', dir, entry: 'echo.onnx' }, inputs })
    const [answer] = await presentOutputs(manifest, outputs, readFeature)
    assert.deepEqual(answer, { kind: 'text', output: 'y', text: 'the model runs.' })
  })

  const wrong: readonly (readonly [string, string, Partial<PublishOptions>])[] = [
    ['an input that is not there', 'PROCESSING_INVALID', { preprocessing: [{ ...text, input: 'words' }] }],
    ['an input of another type', 'PROCESSING_INVALID', { preprocessing: [{ ...text, input: 'x' }] }],
    ['a mask that is not there', 'PROCESSING_INVALID', { preprocessing: [{ ...text, attentionMask: 'm' }] }],
    ['an output that is not there', 'PROCESSING_INVALID', { postprocessing: [{ kind: 'raw', output: 'q' }] }],
    ['a file that is not there', 'PROCESSING_INVALID', { preprocessing: [text], files: [] }],
    [
      'a tokenizer that is none',
      'TOKENIZER_INVALID',
      {
        preprocessing: [text],
        files: [{ path: tokenizer, source: Buffer.from('{"model": 1}'), role: 'tokenizer' }],
      },
    ],
  ]
  for (const [what, code, options] of wrong) {
    it(`is refused for ${what} with ${code}`, () => assert.rejects(publish(options), { code }))
  }
})
