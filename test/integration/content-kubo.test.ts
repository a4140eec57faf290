import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'node:test'
import { base32 } from 'multiformats/bases/base32'
import type { CID } from 'multiformats/cid'
import { describeContentStore } from '../../packages/node/src/content/contentStore.contract.ts'
import { openKuboStore } from '../../packages/node/src/content/kuboStore.ts'
import { startKubo, withoutKubo } from '../support/daemons/kubo.ts'

/** The daemon keeps a block under its multihash, sharded by the last characters but one. */
async function damage(repo: string, cid: CID) {
  const key = base32.encode(cid.multihash.bytes).slice(1).toUpperCase()
  const path = join(repo, 'blocks', key.slice(-3, -1), `${key}.data`)
  await access(path)
  await writeFile(path, 'damaged')
}

async function open() {
  const daemon = await startKubo()
  const store = await openKuboStore({
    apiUrl: daemon.apiUrl,
    gcGraceMs: -60_000,
    blockTimeoutMs: 500,
    retry: { pauseMs: 1 },
  })
  return { store, daemon, remove: daemon.stop, damage: (cid: CID) => damage(daemon.repo, cid) }
}

describe('a Kubo daemon', { skip: withoutKubo }, () => {
  describeContentStore('kuboStore', open)
})
