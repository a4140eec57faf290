import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { refToCid } from '@dim/sdk'
import { sha256 } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import { openFsStore } from '../content/fsStore.ts'
import { createModelUploads } from './modelUploads.ts'

let dir: string
let content: ContentStore

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-uploads-'))
  content = await openFsStore({ dir })
})
after(async () => {
  await content.close()
  await rm(dir, { recursive: true, force: true })
})

const block = (fill: number) => {
  const bytes = new Uint8Array(60).fill(fill)
  return { cid: refToCid(sha256(bytes)), bytes }
}

test('uploads are off unless the operator gives them space', async () => {
  const uploads = createModelUploads({ content, maxBytes: 0, maxBlockBytes: 100 })
  await assert.rejects(uploads.uploadAllowance(), { code: 'UPLOADS_DISABLED' })
})

test('takes blocks until the space is used up; the same block again costs nothing', async () => {
  const uploads = createModelUploads({ content, maxBytes: 100, maxBlockBytes: 80 })
  assert.equal(await uploads.uploadAllowance(), 80)
  assert.equal(await uploads.storeModelBlock(block(1)), 'stored')
  assert.equal(await uploads.storeModelBlock(block(1)), 'present')
  assert.equal(await uploads.uploadAllowance(), 40)
  await uploads.storeModelBlock(block(2))
  await assert.rejects(uploads.uploadAllowance(), { code: 'UPLOAD_LIMIT_REACHED' })
})

test('a tampered block is refused', async () => {
  const uploads = createModelUploads({ content, maxBytes: 100, maxBlockBytes: 80 })
  const tampered = { cid: block(3).cid, bytes: block(4).bytes }
  await assert.rejects(uploads.storeModelBlock(tampered), { code: 'BLOCK_HASH_MISMATCH' })
})
