import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findShortage, type Need } from './findShortage.ts'
import type { Gpu } from './gpu.ts'
import type { Resources } from './resources.ts'

const GIB = 2 ** 30
const limits = { workerMemoryBytes: 4 * GIB, blankWorkerBytes: GIB / 10 }

const card = (part: Partial<Gpu>): Gpu => ({
  ...{ name: 'card', vendor: 'nvidia', totalBytes: 8 * GIB, usedBytes: 0, busyPercent: 0 },
  ...{ isUnified: false, cores: undefined },
  ...part,
})

const machine = (part: Partial<Resources> = {}): Resources => ({
  cores: 2,
  load: 0,
  memory: { totalBytes: 8 * GIB, availableBytes: 2 * GIB, isUnified: false },
  gpus: [],
  disk: { freeBytes: 50 * GIB, totalBytes: 100 * GIB },
  ...part,
})

const need = (part: Partial<Need> = {}): Need => ({
  ...{ memoryBytes: GIB, isLoaded: false, executionProvider: 'cpu', diskBytes: 0 },
  ...part,
})

const what = (...args: Parameters<typeof findShortage>) => findShortage(...args)?.what

describe('what does not fit', () => {
  it('is nothing where everything is there', () => {
    assert.equal(findShortage(need(), machine(), limits), undefined)
  })

  it('is what no worker may have, loaded or not', () => {
    for (const isLoaded of [true, false]) {
      assert.equal(what(need({ memoryBytes: 4 * GIB, isLoaded }), machine(), limits), 'worker memory')
    }
  })

  it('is what the machine has not free, unless the model is loaded already', () => {
    const big = need({ memoryBytes: 1.9 * GIB })
    assert.equal(what(big, machine(), limits), 'machine memory')
    assert.equal(what({ ...big, isLoaded: true }, machine(), limits), undefined)
  })

  it('is what no card has free, where a card has memory of its own', () => {
    const onCard = need({ executionProvider: 'cuda' })
    const full = machine({ gpus: [card({ usedBytes: 7.5 * GIB })] })
    assert.equal(what(onCard, full, limits), 'graphics memory')
    assert.equal(what({ ...onCard, executionProvider: 'webgpu:nhwc' }, full, limits), 'graphics memory')
    assert.equal(what(onCard, machine({ gpus: [card({}), card({ usedBytes: 8 * GIB })] }), limits), undefined)
    assert.equal(what({ ...onCard, executionProvider: 'cpu' }, full, limits), undefined)
    const unified = machine({ gpus: [card({ vendor: 'apple', isUnified: true, totalBytes: undefined })] })
    assert.equal(what({ ...onCard, executionProvider: 'coreml' }, unified, limits), undefined)
  })

  it('is a disk that the work would fill', () => {
    const small = machine({ disk: { freeBytes: GIB, totalBytes: 100 * GIB } })
    assert.equal(what(need({ diskBytes: GIB }), small, limits), 'disk')
  })
})
