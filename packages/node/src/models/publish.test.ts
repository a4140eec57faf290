import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import * as Hostile from '../runtime/hostile/hostileModels.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { buildManifest, type PublishOptions } from './publish.ts'

const base: PublishOptions = {
  name: 'plus one',
  version: '1.2.3',
  publisher: '0x00000000000000000000000000000000000000A1',
  salt: `0x${'22'.repeat(32)}`,
}

let dir: string
let content: ContentStore
let pool: WorkerPool
let onnxPath: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-publish-test-'))
  content = await openFsStore({ dir: join(dir, 'content') })
  pool = createWorkerPool({ size: 1, memoryLimitBytes: 1024 ** 3, timeoutMs: 1000, logger: silentLogger })
  onnxPath = join(dir, 'model.onnx')
  await writeFile(onnxPath, Hostile.benign())
})

after(async () => {
  await pool.close()
  await content.close()
  await rm(dir, { recursive: true, force: true })
})

async function readTensors(cid: string): Promise<TensorSet.TensorSet> {
  const parts: Uint8Array[] = []
  for await (const part of content.read(CID.parse(cid))) parts.push(part)
  return TensorSet.decode(Buffer.concat(parts))
}

describe('publication of a model', () => {
  it('describes the file, and makes golden outputs by running it', async () => {
    const goldenInputs = [{ x: TensorSet.fromTyped('float32', Float32Array.of(41), [1]) }]
    const { manifest, modelKey, cids } = await buildManifest({
      onnxPath,
      content,
      pool,
      options: {
        ...base,
        goldenInputs,
        files: [{ path: 'a/labels.txt', source: Buffer.from('one\n'), role: 'labels' }],
      },
    })
    assert.deepEqual(manifest.inputs, [{ name: 'x', dtype: 'float32', dims: [1] }])
    assert.deepEqual(manifest.operators, ['Add'])
    assert.deepEqual(
      manifest.files.map(({ path, role }) => [path, role]),
      [
        ['model.onnx', 'model'],
        ['a/labels.txt', 'labels'],
      ],
    )
    const { y } = await readTensors(manifest.golden[0]?.outputs ?? '')
    assert.equal(y && TensorSet.toNumbers(y)[0], 42)
    assert.equal(ModelManifest.key(manifest), modelKey)
    const stored = await content.getBlock(CID.parse(cids[0] ?? ''))
    assert.deepEqual(ModelManifest.decode(stored, modelKey), manifest)
    const pinned: string[] = []
    for await (const { cid } of content.pins()) pinned.push(cid.toString())
    assert.deepEqual(
      cids.filter((cid) => !pinned.includes(cid)),
      [],
    )
  })

  it('gives the same key for the same publication and another one for another salt', async () => {
    const build = (salt: `0x${string}`) =>
      buildManifest({ onnxPath, content, pool, options: { ...base, salt } })
    const [first, again, other] = [
      await build(base.salt),
      await build(base.salt),
      await build(`0x${'33'.repeat(32)}`),
    ]
    assert.equal(first.modelKey, again.modelKey)
    assert.notEqual(first.modelKey, other.modelKey)
    assert.equal(first.manifest.golden.length, 2)
  })

  it('refuses a model that does not end', async () => {
    const path = join(dir, 'endless.onnx')
    await writeFile(path, Hostile.endlessRun())
    await assert.rejects(buildManifest({ onnxPath: path, content, pool, options: base }), {
      code: 'JOB_TIMEOUT',
    })
  })

  it('refuses golden inputs that the model does not take', async () => {
    const goldenInputs = [{ x: TensorSet.fromTyped('int64', BigInt64Array.of(1n), [1]) }]
    const run = buildManifest({ onnxPath, content, pool, options: { ...base, goldenInputs } })
    await assert.rejects(run, { code: 'INPUT_INVALID', path: 'x', expected: 'float32' })
  })
})
