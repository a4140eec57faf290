import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createStagedModels } from './stagedModels.ts'

let root: string
let models = 0

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dim-staged-'))
})
after(() => rm(root, { recursive: true, force: true }))

async function folders(): Promise<{ model: string; stage: string }> {
  const [model, stage] = [join(root, `model-${models}`), join(root, `stage-${models++}`)]
  await mkdir(join(model, 'weights'), { recursive: true })
  await mkdir(stage)
  await writeFile(join(model, 'model.onnx'), 'graph')
  await writeFile(join(model, 'weights', 'data.bin'), 'numbers')
  return { model, stage }
}

describe('staged models', () => {
  it("shows a model's files as the same files, folders included", async () => {
    const { model, stage } = await folders()
    const name = createStagedModels(stage)('key', model)
    assert.equal(statSync(join(stage, name, 'model.onnx')).ino, statSync(join(model, 'model.onnx')).ino)
    assert.equal(readFileSync(join(stage, name, 'weights', 'data.bin'), 'utf8'), 'numbers')
  })

  it('shows no link, wherever it points', async () => {
    const { model, stage } = await folders()
    await symlink('/etc/passwd', join(model, 'link'))
    await symlink('/etc', join(model, 'folder'))
    const name = createStagedModels(stage)('key', model)
    assert.ok(!existsSync(join(stage, name, 'link')))
    assert.ok(!existsSync(join(stage, name, 'folder')))
  })

  it('copies a file that only its owner may read, so that another user can', async () => {
    const { model, stage } = await folders()
    await chmod(join(model, 'model.onnx'), 0o600)
    const name = createStagedModels(stage)('key', model)
    assert.equal(statSync(join(stage, name, 'model.onnx')).mode & 0o777, 0o444)
    assert.equal(statSync(join(model, 'model.onnx')).mode & 0o777, 0o600)
  })

  it('shows a folder anew once it has other files', async () => {
    const { model, stage } = await folders()
    const show = createStagedModels(stage)
    const name = show('key', model)
    await rm(model, { recursive: true })
    await mkdir(model)
    await writeFile(join(model, 'model.onnx'), 'another')
    assert.equal(show('key', model), name)
    assert.equal(readFileSync(join(stage, name, 'model.onnx'), 'utf8'), 'another')
    assert.ok(!existsSync(join(stage, name, 'weights')))
  })

  it('gives a key that looks like a path a name without one', async () => {
    const { model, stage } = await folders()
    assert.match(createStagedModels(stage)('../../x', model), /^[0-9a-f]{64}$/)
  })
})
