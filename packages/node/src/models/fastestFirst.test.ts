import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fastestFirst } from './fastestFirst.ts'

describe('order of execution providers', () => {
  const times: Record<string, number> = { 'coreml:all': 4, webgpu: 164, cpu: 0.4 }

  it('is that of their measured times', () => {
    assert.deepEqual(
      fastestFirst(['coreml:all', 'webgpu', 'cpu'], (id) => times[id]),
      ['cpu', 'coreml:all', 'webgpu'],
    )
  })

  it('stays as it is while one was not measured', () => {
    assert.deepEqual(
      fastestFirst(['webgpu', 'directml', 'cpu'], (id) => times[id]),
      ['webgpu', 'directml', 'cpu'],
    )
  })
})
