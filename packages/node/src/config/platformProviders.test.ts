import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { executionProviders } from '../runtime/providers.ts'
import { executionProviderNames, platformProviders } from './platformProviders.ts'

describe('execution providers of a platform', () => {
  it('tries CoreML and WebGPU on a Mac without any setting', () => {
    assert.deepEqual(platformProviders('darwin'), ['coreml', 'webgpu', 'cpu'])
  })

  it('ends at the CPU everywhere', () => {
    for (const platform of ['darwin', 'win32', 'linux', 'freebsd'] as const)
      assert.equal(platformProviders(platform).at(-1), 'cpu')
  })

  it('knows the same names as the runtime', () => {
    assert.deepEqual(executionProviderNames, executionProviders)
  })
})
