import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { silentLogger } from '../runtime/silentLogger.ts'
import { describeContentStore } from './contentStore.contract.ts'
import { DurableBlockstore } from './durableBlockstore.ts'
import { openHeliaStore } from './heliaStore.ts'

async function openInTemporary() {
  const dir = await mkdtemp(join(tmpdir(), 'dim-helia-'))
  const store = await openHeliaStore({
    dir,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    gcGraceMs: -60_000,
    retry: { pauseMs: 1 },
    logger: silentLogger,
  })
  const blocks = new DurableBlockstore(join(dir, 'blocks'))
  return {
    ...{ dir, store },
    remove: () => rm(dir, { recursive: true }),
    damage: (cid: CID) => writeFile(blocks.pathOf(cid), 'damaged'),
  }
}

describeContentStore('heliaStore', openInTemporary)
