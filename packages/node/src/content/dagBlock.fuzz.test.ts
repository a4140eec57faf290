import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BaseError } from '@dim/sdk'
import * as dagPb from '@ipld/dag-pb'
import fc from 'fast-check'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { blockLinks } from './blockLinks.ts'
import { fileSize, readDagFile } from './readDagFile.ts'
import { rawCid } from './support/contractContent.ts'

const pbCid = (bytes: Uint8Array) => CID.createV1(dagPb.code, rawCid(bytes).multihash)

const isCoded = (error: unknown) => error instanceof BaseError && /^(BLOCK|CONTENT)_/.test(error.code)

/** Whatever a stranger sends is read, or refused by an error of ours. */
function assertHandled(work: () => unknown) {
  try {
    work()
  } catch (error) {
    assert.ok(isCoded(error), String(error))
  }
}

async function drain(bytes: Uint8Array) {
  const root = pbCid(bytes)
  try {
    for await (const _ of readDagFile(root, { length: 1000n }, async () => bytes));
  } catch (error) {
    assert.ok(isCoded(error), String(error))
  }
}

describe('blocks from strangers', () => {
  it('of random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        assertHandled(() => blockLinks(pbCid(bytes), bytes))
        assertHandled(() => fileSize(pbCid(bytes), bytes))
        await drain(bytes)
      }),
      { numRuns: 500 },
    )
  })

  it('of well-formed nodes whose sizes lie or that hold themselves', async () => {
    const size = fc.bigInt({ min: 0n, max: 2n ** 63n })
    const node = fc.record({
      sizes: fc.array(size, { maxLength: 4 }),
      links: fc.nat(4),
      data: fc.uint8Array(),
    })
    await fc.assert(
      fc.asyncProperty(node, async ({ sizes, links, data }) => {
        const file = new UnixFS({ type: 'file', blockSizes: sizes, data })
        const Links = Array.from({ length: links }, () => ({ Name: '', Tsize: 1, Hash: pbCid(data) }))
        const bytes = dagPb.encode({ Data: file.marshal(), Links })
        assert.equal(blockLinks(pbCid(bytes), bytes).length, links)
        await drain(bytes)
      }),
      { numRuns: 200 },
    )
  })
})
