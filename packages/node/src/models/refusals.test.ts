import assert from 'node:assert/strict'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelManifest } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import {
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TrainingInfoProtoSchema,
  TypeProto_MapSchema,
  TypeProto_OptionalSchema,
  TypeProto_SequenceSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf'
import * as Hostile from '../runtime/hostile/hostileModels.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { addPublishedFile } from './addPublishedFile.ts'
import { buildManifest } from './publish.ts'
import { type ModelWorkshop, openModelWorkshop } from './support/modelWorkshop.ts'
import { validateModel } from './validate.ts'

type Manifest = ModelManifest.ModelManifest
type Parsed = ReturnType<typeof parseBenign>

const parseBenign = () => fromBinary(ModelProtoSchema, Hostile.benign())

function changed(change: (model: Parsed) => void): Uint8Array {
  const model = parseBenign()
  change(model)
  return toBinary(ModelProtoSchema, model)
}

const withVersion = (domain: string, version: bigint) =>
  changed(({ opsetImport }) => {
    const known = opsetImport.find((entry) => entry.domain === domain)
    if (known === undefined) opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version }))
    else known.version = version
  })

const withOperator = (domain: string, opType: string) =>
  changed(({ graph, opsetImport }) => {
    if (domain !== '') opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version: 1n }))
    graph?.node.push(Onnx.node(opType, { input: ['x'], output: ['z'] }, {}, domain))
  })

const float = create(TypeProtoSchema, {
  value: { case: 'tensorType', value: { elemType: Onnx.DataType.FLOAT } },
})
const containers = {
  sequence: { case: 'sequenceType', value: create(TypeProto_SequenceSchema, { elemType: float }) },
  map: {
    case: 'mapType',
    value: create(TypeProto_MapSchema, { keyType: Onnx.DataType.INT64, valueType: float }),
  },
  optional: { case: 'optionalType', value: create(TypeProto_OptionalSchema, { elemType: float }) },
} as const

const withPort = (side: 'input' | 'output', kind: keyof typeof containers) =>
  changed(({ graph }) => {
    const type = create(TypeProtoSchema, { value: containers[kind] })
    graph?.[side].push(create(ValueInfoProtoSchema, { name: 'held', type }))
  })

const withDtype = (dtype: number) =>
  changed(({ graph }) => void graph?.output.push(Onnx.value('z', dtype, [1])))

const refused: readonly (readonly [string, string, () => Uint8Array])[] = [
  ['an unknown domain', 'OPERATOR_UNKNOWN', Hostile.unknownOperator],
  ['an unknown operator of ONNX', 'OPERATOR_UNKNOWN', () => withOperator('', 'Pwn')],
  ['an unknown operator of the engine', 'OPERATOR_UNKNOWN', () => withOperator('com.microsoft', 'Pwn')],
  ['an operator that opens a file', 'OPERATOR_UNKNOWN', () => withOperator('com.microsoft', 'EPContext')],
  ['a custom operator', 'OPERATOR_UNKNOWN', () => withOperator('ai.onnx.contrib', 'BpeTokenizer')],
  ['an operator set that is too new', 'OPSET_UNSUPPORTED', () => withVersion('', 27n)],
  ['an operator set that is too old', 'OPSET_UNSUPPORTED', () => withVersion('', 6n)],
  ['a set of classical learning that is too new', 'OPSET_UNSUPPORTED', () => withVersion('ai.onnx.ml', 6n)],
  ['a set of the engine that is too new', 'OPSET_UNSUPPORTED', () => withVersion('com.microsoft', 2n)],
  ['a file that is too new', 'IR_VERSION_UNSUPPORTED', () => changed((model) => (model.irVersion = 14n))],
  ['a file that is too old', 'IR_VERSION_UNSUPPORTED', () => changed((model) => (model.irVersion = 2n))],
  ['a file without a version', 'IR_VERSION_UNSUPPORTED', () => changed((model) => (model.irVersion = 0n))],
  ['a sequence as output', 'MODEL_INTERFACE_UNSUPPORTED', () => withPort('output', 'sequence')],
  ['a map as output', 'MODEL_INTERFACE_UNSUPPORTED', () => withPort('output', 'map')],
  ['an optional output', 'MODEL_INTERFACE_UNSUPPORTED', () => withPort('output', 'optional')],
  ['a sequence as input', 'MODEL_INTERFACE_UNSUPPORTED', () => withPort('input', 'sequence')],
  ['bfloat16 as output', 'MODEL_INTERFACE_UNSUPPORTED', () => withDtype(16)],
  ['packed int4 as output', 'MODEL_INTERFACE_UNSUPPORTED', () => withDtype(22)],
  ['no outputs', 'MODEL_INTERFACE_UNSUPPORTED', () => changed(({ graph }) => void graph?.output.splice(0))],
  [
    'information for training',
    'MODEL_TRAINING_GRAPH',
    () => changed(({ trainingInfo }) => void trainingInfo.push(create(TrainingInfoProtoSchema))),
  ],
  ['an optimiser', 'MODEL_TRAINING_GRAPH', () => withOperator('ai.onnx.preview.training', 'Adam')],
  ['gradients', 'MODEL_TRAINING_GRAPH', () => withOperator('ai.onnx.preview.training', 'Gradient')],
  ['the engine’s own form', 'NOT_AN_ONNX_FILE', Hostile.ortFile],
  ['weights that are not there', 'EXTERNAL_DATA_REFUSED', () => Hostile.externalData('weights.bin')],
  ['weights outside', 'EXTERNAL_DATA_REFUSED', () => Hostile.externalData('../weights.bin')],
]

let workshop: ModelWorkshop
let honest: Manifest

before(async () => {
  workshop = await openModelWorkshop()
  const onnxPath = await store('honest/model.onnx', Hostile.benign())
  const options = {
    name: 'plus one',
    version: '1',
    publisher: '0x00000000000000000000000000000000000000A1',
    salt: `0x${'44'.repeat(32)}`,
  } as const
  honest = (await buildManifest({ onnxPath, content: workshop.content, pool: workshop.pool, options }))
    .manifest
})

after(() => workshop.close())

async function store(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(workshop.dir, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return path
}

/** What a publisher who skips the validation puts up. */
async function serve(change: Partial<Manifest>) {
  const manifest = ModelManifest.parse({ ...honest, ...change })
  await workshop.content.putBlock(CID.parse(ModelManifest.cid(manifest)), ModelManifest.canonical(manifest))
  return workshop.cache.ensure(ModelManifest.key(manifest))
}

describe('a model with', () => {
  for (const [index, [what, code, build]] of refused.entries()) {
    it(`${what} is refused at validation and at load with ${code}`, async () => {
      const source = build()
      await assert.rejects(validateModel(await store(`${index}/model.onnx`, source)), { code })
      const file = await addPublishedFile(workshop.content, { path: 'model.onnx', source, role: 'model' })
      await assert.rejects(serve({ files: [file], golden: [] }), { code })
    })
  }

  it('more than 2 GiB in one file is refused before it is read', async () => {
    const path = await store('large/model.onnx', Hostile.benign())
    const file = await open(path, 'r+')
    await file.truncate(2 ** 31)
    await file.close()
    await assert.rejects(validateModel(path), { code: 'MODEL_TOO_COMPLEX' })
  })

  it('weights that are cut off is refused', async () => {
    const path = await store('cut/model.onnx', Hostile.externalData('weights.bin'))
    await store('cut/weights.bin', new Uint8Array(15))
    await assert.rejects(validateModel(path), { code: 'EXTERNAL_DATA_REFUSED' })
    await store('cut/weights.bin', new Uint8Array(16))
    assert.equal((await validateModel(path)).externalData.length, 1)
  })
})

describe('a manifest', () => {
  it('that says what the file says is served', async () => {
    assert.deepEqual((await serve({})).goldenPassed, ['cpu'])
  })

  const lies: readonly (readonly [string, Partial<Manifest>])[] = [
    ['another precision', { precision: 'int4' }],
    ['another operator set', { opset: 21 }],
    ['other operators', { operators: ['Mul'] }],
    ['another name of an output', { outputs: [{ name: 'z', dtype: 'float32', dims: [1] }] }],
    ['another type of an input', { inputs: [{ name: 'x', dtype: 'int32', dims: [1] }] }],
    ['another size', { outputs: [{ name: 'y', dtype: 'float32', dims: [2] }] }],
  ]
  for (const [what, change] of lies) {
    it(`that states ${what} is refused`, () =>
      assert.rejects(serve(change), { code: 'MODEL_MANIFEST_MISMATCH' }))
  }

  for (const format of ['gguf', 'coreml', 'pytorch'] as const) {
    it(`of a model in ${format} is refused`, () =>
      assert.rejects(serve({ format }), { code: 'MODEL_FORMAT_UNSUPPORTED' }))
  }
})
