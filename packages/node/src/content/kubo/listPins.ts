import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'

/** All pins of one type; the list is read whole, so that it may be changed meanwhile. */
export async function listPins(
  client: KuboRPCClient,
  type: 'recursive' | 'direct',
): Promise<readonly { cid: CID; name?: string }[]> {
  const pins: { cid: CID; name?: string }[] = []
  for await (const { cid, name } of client.pin.ls({ type, names: true }))
    pins.push(name === undefined ? { cid } : { cid, name })
  return pins
}
