import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backendOf, isExecutionProvider, optionsOf, providerNameOf, sessionProviders } from './providers.ts'

describe('execution providers with options', () => {
  it('are told from names of engines', () => {
    for (const id of ['cpu', 'webgpu:nhwc', 'coreml:gpu+program']) assert.ok(isExecutionProvider(id), id)
    for (const id of ['openai', 'oip', '', ':cpu']) assert.ok(!isExecutionProvider(id), id)
    assert.equal(providerNameOf('coreml:gpu+program'), 'coreml')
  })

  it('use WebGPU with the layout that is right; the other one only by its name', () => {
    assert.deepEqual(sessionProviders('webgpu'), [{ name: 'webgpu', preferredLayout: 'NCHW' }, 'cpu'])
    assert.deepEqual(sessionProviders('webgpu:nhwc'), [{ name: 'webgpu', preferredLayout: 'NHWC' }, 'cpu'])
    assert.deepEqual(optionsOf('webgpu'), ['webgpu'])
  })

  it('are called by the names of the engine', () => {
    assert.deepEqual(sessionProviders('cuda'), ['cuda', 'cpu'])
    assert.deepEqual(sessionProviders('directml'), ['dml', 'cpu'])
    assert.equal(backendOf('coreml:all').profile, 'CoreMLExecutionProvider')
  })
})
