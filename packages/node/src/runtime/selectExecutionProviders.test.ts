import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ExecutionProviderReport } from './probeExecutionProviders.ts'
import { optionsOf, type ProviderName } from './providers.ts'
import { selectExecutionProviders } from './selectExecutionProviders.ts'

/** A machine that has these and no others. */
const machineWith =
  (...available: ProviderName[]) =>
  async (names: readonly ProviderName[] = []): Promise<ExecutionProviderReport[]> =>
    names.map((name) =>
      available.includes(name)
        ? { name, available: true, options: optionsOf(name) }
        : { name, available: false, options: [], reason: `no ${name} here` },
    )

describe('selection of execution providers', () => {
  it('lists a Mac with each set of options of CoreML in its order, then WebGPU, then the CPU', async () => {
    const probe = machineWith('coreml', 'webgpu')
    const selected = await selectExecutionProviders(['coreml', 'webgpu', 'cpu'], { probe })
    assert.deepEqual(selected, {
      executionProviders: [...optionsOf('coreml'), 'webgpu', 'cpu'],
      unavailable: [],
    })
  })

  it('leaves out what is not there, with the reason', async () => {
    const selected = await selectExecutionProviders(['coreml', 'webgpu', 'cpu'], {
      probe: machineWith('webgpu'),
    })
    assert.deepEqual(selected.executionProviders, ['webgpu', 'cpu'])
    assert.deepEqual(selected.unavailable, [{ name: 'coreml', reason: 'no coreml here' }])
  })

  it('falls back to the CPU although it was not named', async () => {
    const selected = await selectExecutionProviders(['cuda'], { probe: machineWith() })
    assert.deepEqual(selected.executionProviders, ['cpu'])
    assert.equal(selected.unavailable.length, 1)
  })

  it('starts no process for the CPU, and keeps the order that was asked for', async () => {
    const tried: ProviderName[] = []
    const probe: ReturnType<typeof machineWith> = (names = []) => {
      tried.push(...names)
      return machineWith('webgpu')(names)
    }
    assert.deepEqual((await selectExecutionProviders(['cpu'], { probe })).executionProviders, ['cpu'])
    assert.deepEqual(tried, [])
    const { executionProviders } = await selectExecutionProviders(['cpu', 'webgpu'], { probe })
    assert.deepEqual(executionProviders, ['cpu', 'webgpu'])
  })
})
