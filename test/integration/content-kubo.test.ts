import { describe } from 'node:test'
import { describeContentStore } from '../../packages/node/src/content/contentStore.contract.ts'
import { openKuboStore } from '../../packages/node/src/content/kuboStore.ts'
import { startKubo, withoutKubo } from '../support/daemons/kubo.ts'

async function open() {
  const daemon = await startKubo()
  const store = await openKuboStore({
    apiUrl: daemon.apiUrl,
    gcGraceMs: -60_000,
    blockTimeoutMs: 500,
    retry: { pauseMs: 1 },
  })
  return { store, daemon, remove: daemon.stop }
}

describe('a Kubo daemon', { skip: withoutKubo }, () => {
  describeContentStore('kuboStore', open)
})
