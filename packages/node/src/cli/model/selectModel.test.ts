import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refToCid } from '@dim/sdk'
import { type Hex, zeroHash } from 'viem'
import type { CatalogueEntry } from './catalogue.ts'
import { selectModel } from './selectModel.ts'

const owner = '0x1111111111111111111111111111111111111111'
const stranger = '0x2222222222222222222222222222222222222222'
const key = (digit: string): Hex => `0x${digit.repeat(64)}`

type Shape = {
  modelKey: Hex
  name: string
  version?: string
  family?: Hex
  latest?: Hex
  status?: 'active' | 'deprecated'
  registrant?: typeof owner | typeof stranger
}

function entry({
  modelKey,
  name,
  version = '1.0.0',
  family = modelKey,
  latest = modelKey,
  status = 'active',
  registrant = owner,
}: Shape): CatalogueEntry {
  const manifest = { name, version, publisher: owner } as unknown as CatalogueEntry['manifest']
  const terms = { owner, floorUsdc: 0n, royaltyBps: 0, policy: 'public', status } as const
  return {
    ...terms,
    modelKey,
    family,
    latest,
    accessRoot: zeroHash,
    registrant,
    registeredIn: zeroHash,
    cid: refToCid(modelKey),
    manifest,
  }
}

describe('selectModel', () => {
  const old = entry({ modelKey: key('a'), name: 'reader', latest: key('b') })
  const current = entry({ modelKey: key('b'), name: 'reader', version: '1.1.0', family: key('a') })
  const other = entry({ modelKey: key('c'), name: 'voice' })
  const all = [old, current, other]

  it('finds the newest version by name', () => assert.equal(selectModel(all, 'reader'), current))
  it('finds one version by name and version', () => assert.equal(selectModel(all, 'reader@1.0.0'), old))
  it('finds exactly the version of a key', () => assert.equal(selectModel(all, key('a')), old))
  it('finds exactly the version of a CID', () => assert.equal(selectModel(all, refToCid(key('c'))), other))
  it('finds the newest version of a family', () =>
    assert.equal(selectModel(all, `family:${key('a')}`), current))

  it('says that a model is unknown', () =>
    assert.throws(() => selectModel(all, 'nothing'), { code: 'MODEL_UNKNOWN' }))
  it('says that a key is unknown', () =>
    assert.throws(() => selectModel(all, key('9')), { code: 'MODEL_UNKNOWN' }))

  it('refuses to choose between two families of one name', () => {
    const twin = entry({ modelKey: key('d'), name: 'reader' })
    assert.throws(() => selectModel([...all, twin], 'reader'), { code: 'AMBIGUOUS_MODEL' })
  })

  it('never finds by name what a stranger registered', () => {
    const stolen = entry({ modelKey: key('e'), name: 'voice', registrant: stranger })
    assert.equal(selectModel([...all, stolen], 'voice'), other)
  })

  it('prefers an active model to a deprecated one of the same name', () => {
    const retired = entry({ modelKey: key('f'), name: 'voice', status: 'deprecated' })
    assert.equal(selectModel([...all, retired], 'voice'), other)
  })
})
