import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TensorSet } from '@dim/sdk'
import type { Backend, BackendEvent } from './backend.ts'

export type BackendCase = {
  backend: Backend
  model: string
  inputs: TensorSet.TensorSet
  check(outputs: TensorSet.TensorSet): void
}

/** What every engine keeps, whatever runs behind it. */
export function backendContract(name: string, open: () => BackendCase): void {
  it(`${name}: is ready, lists its model and describes it`, async () => {
    const { backend, model } = open()
    const health = await backend.health({ model })
    assert.equal(health.state, 'ready')
    assert.ok((await backend.listModels()).includes(model))
    const { inputs, outputs } = await backend.describe(model)
    assert.ok(inputs.length > 0 && outputs.length > 0)
  })

  it(`${name}: is not ready for a model that it does not have`, async () => {
    const { backend } = open()
    const health = await backend.health({ model: 'no-such-model' })
    assert.equal(health.state, 'unready')
  })

  it(`${name}: runs, and names the engine`, async () => {
    const { backend, model, inputs, check } = open()
    const { outputs, engine, timingsMs } = await backend.run({ model, inputs })
    check(outputs)
    assert.notEqual(engine, '')
    assert.ok(timingsMs.run >= 0)
  })

  it(`${name}: gives only the outputs that are wanted`, async () => {
    const { backend, model, inputs } = open()
    const { outputs: ports } = await backend.describe(model)
    const first = ports[0]?.name ?? ''
    const { outputs } = await backend.run({ model, inputs, outputs: [first] })
    assert.deepEqual(Object.keys(outputs), [first])
  })

  it(`${name}: a stream ends with what a run gives`, async () => {
    const { backend, model, inputs, check } = open()
    let last: BackendEvent | undefined
    for await (const event of backend.stream({ model, inputs })) last = event
    assert.equal(last?.type, 'done')
    if (last?.type === 'done') check(last.result.outputs)
  })

  it(`${name}: a caller who gave up gets JOB_ABORTED`, async () => {
    const { backend, model, inputs } = open()
    await assert.rejects(backend.run({ model, inputs, signal: AbortSignal.abort() }), { code: 'JOB_ABORTED' })
  })
}
