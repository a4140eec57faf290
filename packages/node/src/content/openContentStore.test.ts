import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger } from '../runtime/silentLogger.ts'
import { openContentStore } from './openContentStore.ts'

describe('openContentStore', () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-content-mode-'))
  })
  after(() => rm(dir, { recursive: true }))

  const open = (mode: 'fs' | 'helia' | 'kubo') =>
    openContentStore({
      ...{ dir, mode, listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], logger: silentLogger },
      apiUrl: 'http://127.0.0.1:1',
    })

  it('finds in one folder what another mode has put there', async () => {
    const file = async function* () {
      yield new Uint8Array([1, 2, 3])
    }
    const first = await open('fs')
    const { cid } = await first.add(file())
    await first.pin(cid, 'kept')
    await first.close()
    const second = await open('helia')
    assert.deepEqual(await second.stat(cid), { size: 3n, blocks: 1, local: true, pinned: true })
    await second.close()
  })

  it('says which daemon does not answer', async () => {
    await assert.rejects(open('kubo'), {
      code: 'IPFS_UNREACHABLE',
      retryable: true,
      message: /127\.0\.0\.1:1/,
    })
  })
})
