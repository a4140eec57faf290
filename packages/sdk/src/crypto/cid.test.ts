import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToHex, type Hex, sha256, stringToBytes } from 'viem'
import { cidToRef, refToCid } from './cid.ts'

test('the CID of a well-known block is the one that IPFS gives it', () => {
  const cid = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
  assert.equal(refToCid(sha256(stringToBytes('hello world'))), cid)
})

test('a ref becomes a CID and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const ref = bytesToHex(bytes)
      assert.equal(cidToRef(refToCid(ref)), ref)
    }),
  )
})

const refused = [
  '',
  'hello',
  'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
  'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  'BAFKREIFZJUT3TE2NHYEKKLSS27NH3K72YSCO7Y32KOAO5EEI66WOF36N5E',
  'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5',
  'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e/x',
  'zb2rhk6GMPQF3hfzwXTaNYFLKomMeC6UXdUt6jZKPpeVirLtV',
]

for (const text of refused) {
  test(`"${text}" is not the CID of a raw block`, () =>
    assert.throws(() => cidToRef(text), { code: 'CID_INVALID' }))
}

test('a ref that has not 32 bytes is refused', () => {
  assert.throws(() => refToCid('0x12'), { code: 'CID_INVALID' })
  assert.throws(() => refToCid(`0x${'zz'.repeat(32)}` as Hex), { code: 'CID_INVALID' })
})
