import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { probeExecutionProviders } from './probeExecutionProviders.ts'

describe('probe of the execution providers', () => {
  it('finds the CPU by running on it, and a reason for each one that is missing', async () => {
    const reports = await probeExecutionProviders()
    const byName = new Map(reports.map((report) => [report.name, report]))
    assert.deepEqual([...byName.keys()], ['cpu', 'coreml', 'webgpu', 'cuda', 'directml'])
    assert.deepEqual(byName.get('cpu'), { name: 'cpu', available: true, options: ['cpu'] })
    for (const { available, options, reason } of reports) {
      assert.equal(available, reason === undefined)
      assert.equal(available, options.length > 0)
    }
  })

  it('sees that CoreML is not there, although the engine would say nothing', {
    skip: process.platform === 'darwin',
  }, async () => {
    const [coreml] = await probeExecutionProviders(['coreml'])
    assert.equal(coreml?.available, false)
    assert.match(coreml?.reason ?? '', /coreml is not among/)
  })
})
