import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import type { kuboErrors } from './kuboErrors.ts'
import { listPins } from './listPins.ts'

export type YoungRootsOptions = {
  client: KuboRPCClient
  rpc: ReturnType<typeof kuboErrors>
  graceMs: number
  now: () => number
}

const NAME = 'dim-young'
const OFFLINE = { offline: true }

/** What this process stored a short while ago; the daemon itself gives unpinned content no grace. */
export function youngRoots({ client, rpc, graceMs, now }: YoungRootsOptions) {
  const storedAtMs = new Map<string, { cid: CID; atMs: number }>()

  const forgetOld = () => {
    for (const [key, { atMs }] of storedAtMs) {
      if (atMs > now() - graceMs) return
      storedAtMs.delete(key)
    }
  }

  const protect = async (cid: CID) => {
    try {
      await client.pin.add(cid, { ...OFFLINE, name: NAME })
    } catch {
      // A single block whose links are not here yet.
      await client.pin.add(cid, { ...OFFLINE, name: NAME, recursive: false })
    }
  }

  /** By name, so that what a crash left is removed too. */
  const unprotect = async () => {
    for (const type of ['recursive', 'direct'] as const) {
      for (const { cid, name } of await listPins(client, type))
        if (name === NAME) await client.pin.rm(cid, { recursive: type === 'recursive' })
    }
  }

  return {
    add(cid: CID): void {
      const key = cid.toString()
      storedAtMs.delete(key)
      storedAtMs.set(key, { cid, atMs: now() })
      forgetOld()
    },
    /** Runs a sweep of the daemon during which all of them are pinned. */
    async keep(sweep: () => Promise<void>): Promise<void> {
      forgetOld()
      await rpc(async () => {
        const pinned = new Set((await listPins(client, 'recursive')).map(({ cid }) => cid.toString()))
        for (const [key, { cid }] of storedAtMs) if (!pinned.has(key)) await protect(cid)
      })
      try {
        await sweep()
      } finally {
        await rpc(unprotect)
      }
    },
  }
}
