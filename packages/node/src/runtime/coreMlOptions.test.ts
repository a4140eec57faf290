import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { coreMlFlagSets, servedCoreMlSets } from './coreMlOptions.ts'
import { optionsOf, sessionProviders } from './providers.ts'

const units = 0x01 | 0x04 | 0x20

describe('flag sets of CoreML', () => {
  it('are all that there are, each once, with one unit at most', () => {
    const valid = Array.from({ length: 0x40 }, (_, flags) => flags).filter((flags) =>
      [0, 0x01, 0x04, 0x20].includes(flags & units),
    )
    assert.equal(valid.length, 32)
    assert.deepEqual(
      [...coreMlFlagSets.values()].sort((a, b) => a - b),
      valid,
    )
  })

  it('are named after their flags', () => {
    assert.equal(coreMlFlagSets.get('all'), 0)
    assert.equal(coreMlFlagSets.get('cpu+subgraphs+program'), 0x13)
    assert.equal(coreMlFlagSets.get('ane+static'), 0x0c)
    assert.equal(coreMlFlagSets.get('gpu+subgraphs+static+program'), 0x3a)
  })

  it('reach the session as flags, the one served first where none is named', () => {
    for (const [set, coreMlFlags] of coreMlFlagSets)
      assert.deepEqual(sessionProviders(`coreml:${set}`), [{ name: 'coreml', coreMlFlags }, 'cpu'])
    assert.deepEqual(sessionProviders('coreml'), [{ name: 'coreml', coreMlFlags: 0x12 }, 'cpu'])
  })

  it('are served from a list of those that exist', () => {
    assert.equal(new Set(servedCoreMlSets).size, servedCoreMlSets.length)
    for (const set of servedCoreMlSets) assert.ok(coreMlFlagSets.has(set), set)
    assert.deepEqual(optionsOf('coreml')[0], 'coreml:all+subgraphs+program')
  })
})
