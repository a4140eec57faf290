import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { drawSymbol } from '../models/symbolPicture.ts'
import { DataType, floats, graph, int64s, model, node, value } from '../runtime/onnxBuilder.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { silentLogger } from '../runtime/silentLogger.ts'
import type { WorkerPool } from '../runtime/workerPool.ts'
import { answerRows } from './answerRows.ts'
import { schema } from './cabinetPolicy.ts'
import { inspectCabinet } from './inspectCabinet.ts'
import { loadTable } from './loadTable.ts'
import { readCabinetFile } from './readCabinetFile.ts'
import { selectCells } from './selectCells.ts'

/** `y[n, 1]`: the weighted sum of two numbers. */
const weighing = model({
  graph: graph({
    nodes: [node('MatMul', { input: ['x', 'w'], output: ['y'] })],
    inputs: [value('x', DataType.FLOAT, ['n', 2])],
    outputs: [value('y', DataType.FLOAT, ['n', 1])],
    initializers: [floats('w', [1, 10], [2n, 1n])],
  }),
})

/** `y[1]`: how bright a picture is on average. */
const brightness = model({
  graph: graph({
    nodes: [
      node('ReduceMean', { input: ['x'], output: ['all'] }, { keepdims: 0n }),
      node('Reshape', { input: ['all', 'one'], output: ['y'] }),
    ],
    inputs: [value('x', DataType.FLOAT, [1, 3, 8, 8])],
    outputs: [value('y', DataType.FLOAT, [1])],
    initializers: [int64s('one', [1n], [1n])],
  }),
})

const zero = `0x${'00'.repeat(32)}`
const cid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'

const manifestOf = (parts: Record<string, unknown>) =>
  ModelManifest.parse({
    ...{ dim: 'model/1', name: 'm', version: '1', publisher: `0x${'01'.repeat(20)}`, salt: zero },
    ...{ description: '', task: 'other', licence: 'MIT', format: 'onnx', precision: 'float32', opset: 17 },
    files: [{ path: 'model.onnx', cid, bytes: 1, sha256: zero, role: 'model' }],
    ...{ entry: 'model.onnx', operators: [], preprocessing: [], postprocessing: [], golden: [], unit: 'run' },
    tolerance: { mode: 'exact', absolute: 0, relative: 0 },
    maxima: { inputBytes: 2 ** 20, outputBytes: 2 ** 20, runMs: 10_000 },
    ...parts,
  })

const vectors = manifestOf({
  inputs: [{ name: 'x', dtype: 'float32', dims: ['n', 2] }],
  outputs: [{ name: 'y', dtype: 'float32', dims: ['n', 1] }],
})
const image = {
  kind: 'image',
  input: 'x',
  width: 8,
  height: 8,
  channels: 'rgb',
  layout: 'nchw',
  scale: 1 / 255,
  mean: 0,
  std: 1,
}
const pictures = () =>
  manifestOf({
    inputs: [{ name: 'x', dtype: 'float32', dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'y', dtype: 'float32', dims: [1] }],
    preprocessing: [image],
  })

describe('answerRows', () => {
  let dir = ''
  let pool: WorkerPool
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-answer-'))
    for (const [name, onnx] of Object.entries({ weighing, brightness })) {
      await mkdir(join(dir, name))
      await writeFile(join(dir, name, 'model.onnx'), onnx)
    }
    pool = createWorkerPool({ size: 1, memoryLimitBytes: 2 ** 31, timeoutMs: 20_000, logger: silentLogger })
  })
  after(async () => {
    await pool?.close()
    await rm(dir, { recursive: true })
  })

  type Ask = {
    path: string
    manifest: ModelManifest.ModelManifest
    name: string
    fed: object
    rowsPerRun?: number
  }
  async function ask({ path, manifest, name, fed, rowsPerRun = 1 }: Ask) {
    const record = await inspectCabinet(path, { name: 'c', description: '', nowMs: 0, forbidden: [] })
    const answers = { mean: { kind: 'mean', output: 'y' }, rows: { kind: 'count' } }
    const models = { [zero]: { inputs: { x: fed }, answers, rowsPerRun } }
    const budget = { periodSeconds: 60, perClient: 1, total: 1 }
    const policy = schema.parse({ clients: 'anybody', models, minGroup: 2, budget })
    const modelPolicy = policy.models[zero]
    assert.ok(modelPolicy)
    const table = await loadTable(record)
    let runs = 0
    const { outputs } = await answerRows({
      ...{ manifest, policy: modelPolicy, least: 2, columns: table.columns },
      cells: selectCells(table, policy),
      answers: ['mean', 'rows'],
      readPicture: async (file) => {
        const found = record.files.find((one) => one.path === file)
        assert.ok(found)
        return readCabinetFile(record, found)
      },
      infer: (inputs) => {
        runs += 1
        const served = { key: name, dir: join(dir, name), entry: 'model.onnx', maxOutputBytes: 2 ** 20 }
        return pool.run({ model: served, inputs, timeoutMs: 20_000 })
      },
    })
    const read = (answer: string) => Array.from(TensorSet.toNumbers(outputs[answer] as TensorSet.Tensor))
    return { mean: read('mean'), rows: read('rows'), runs }
  }

  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(dir, name)
    await writeFile(path, content)
    return path
  }
  const weigh = { manifest: vectors, name: 'weighing' }
  const columns = ['a', 'b']

  it('feeds columns of CSV and Parquet, row by row and many at once, to the same end', async () => {
    const csv = await write('rows.csv', 'a,b\n1,2\n3,4\n5,6\n')
    const data = (name: string, values: number[]) => ({ name, data: values, type: 'DOUBLE' as const })
    const columnData = [data('a', [1, 3, 5]), data('b', [2, 4, 6])]
    const parquet = await write('rows.parquet', new Uint8Array(parquetWriteBuffer({ columnData })))
    for (const path of [csv, parquet]) {
      const alone = await ask({ ...weigh, path, fed: { columns } })
      assert.deepEqual(alone, { mean: [43], rows: [3], runs: 3 })
      const together = await ask({ ...weigh, path, fed: { columns }, rowsPerRun: 2 })
      assert.deepEqual(together, { mean: [43], rows: [3], runs: 2 })
    }
  })

  it('feeds lists of JSON lines', async () => {
    const path = await write('rows.jsonl', '{"v":[1,2]}\n{"v":[3,4]}\n')
    assert.deepEqual(await ask({ ...weigh, path, fed: { columns: ['v'] } }), {
      mean: [32],
      rows: [2],
      runs: 2,
    })
  })

  it('feeds pictures through the decoder that the manifest names', async () => {
    const path = join(dir, 'album')
    await mkdir(path)
    for (const name of ['sum', 'times'] as const)
      await writeFile(join(path, `${name}.png`), await drawSymbol(name))
    const { mean, rows } = await ask({
      path,
      manifest: pictures(),
      name: 'brightness',
      fed: { picture: true },
    })
    assert.deepEqual(rows, [2])
    assert.ok((mean[0] ?? 0) > 0.5 && (mean[0] ?? 0) < 1, String(mean))
  })

  it('refuses columns that do not fill the input, text for numbers, pictures for vectors', async () => {
    const path = await write('words.csv', 'a,b\nx,2\ny,4\n')
    const unfit = { code: 'CABINET_OUTPUT_UNFIT' }
    await assert.rejects(ask({ ...weigh, path, fed: { columns: ['b'] } }), unfit)
    await assert.rejects(ask({ ...weigh, path, fed: { columns } }), unfit)
    await assert.rejects(ask({ ...weigh, path, fed: { picture: true } }), unfit)
  })
})
