import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import type { kuboErrors } from './kuboErrors.ts'

/** Enters a root in the daemon's table of providers; without a peer there is nobody to tell. */
export function tellPeers(
  { client, rpc }: { client: KuboRPCClient; rpc: ReturnType<typeof kuboErrors> },
  cid: CID,
  signal: AbortSignal,
): Promise<void> {
  return rpc(async () => {
    const peers = await client.swarm.peers({ signal })
    if (peers.length === 0) return
    for await (const _ of client.routing.provide(cid, { recursive: false, signal }));
  })
}
