import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import type { Pin } from '../contentStore.ts'
import { isNotPinned, type kuboErrors } from './kuboErrors.ts'
import { listPins } from './listPins.ts'

/** The daemon may keep pins of others: ours begin with this, and only they are listed and removed. */
const PREFIX = 'dim:'
const MAX_NAME_BYTES = 250

const OFFLINE = { offline: true }

const toName = (name = ''): string => {
  const text = `${PREFIX}${name}`
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(MAX_NAME_BYTES)).read)
}

/** Recursive pins of the daemon, by name those of this node. */
export function kuboPins(client: KuboRPCClient, rpc: ReturnType<typeof kuboErrors>) {
  async function has(cid: CID): Promise<boolean> {
    try {
      return await rpc(async () => {
        for await (const { name } of client.pin.ls({ paths: [cid], type: 'recursive', names: true })) {
          if (name?.startsWith(PREFIX)) return true
        }
        return false
      })
    } catch (error) {
      if (isNotPinned(error)) return false
      throw error
    }
  }

  return {
    has,
    add: (cid: CID, name: string | undefined) =>
      rpc(() => client.pin.add(cid, { ...OFFLINE, name: toName(name) })),
    async remove(cid: CID): Promise<void> {
      if (await has(cid)) await rpc(() => client.pin.rm(cid))
    },
    async *list(): AsyncGenerator<Pin> {
      const pins = await rpc(() => listPins(client, 'recursive'))
      for (const { cid, name } of pins) {
        if (!name?.startsWith(PREFIX)) continue
        yield name === PREFIX ? { cid } : { cid, name: name.slice(PREFIX.length) }
      }
    },
  }
}
