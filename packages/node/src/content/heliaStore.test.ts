import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../runtime/silentLogger.ts'
import { describeContentStore } from './contentStore.contract.ts'
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
  return { dir, store, remove: () => rm(dir, { recursive: true }) }
}

describeContentStore('heliaStore', openInTemporary)
