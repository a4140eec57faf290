import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { intervalLoop } from '../../lifecycle/intervalLoop.ts'
import type { RuntimeLogger } from '../../runtime/runtimeLogger.ts'
import type { HeliaNode } from './heliaNode.ts'

export type KeepConnectedOptions = {
  helia: HeliaNode
  /** Addresses of peers, each ending in /p2p/ and the peer's id. */
  bootstrap: readonly string[]
  logger: RuntimeLogger
  intervalMs?: number
  signal: AbortSignal
}

const DIAL_TIMEOUT_MS = 10_000

const peerOf = (address: Multiaddr) => address.getComponents().findLast((part) => part.name === 'p2p')?.value

/** Dials the peers that the operator named, again whenever one is gone. */
export function keepConnected({
  helia,
  bootstrap,
  logger,
  signal,
  intervalMs = 10_000,
}: KeepConnectedOptions) {
  const addresses = bootstrap.map((address) => multiaddr(address))

  const dial = async (address: Multiaddr): Promise<void> => {
    const connected = helia.libp2p.getPeers().some((peer) => peer.toString() === peerOf(address))
    if (connected) return
    try {
      await helia.libp2p.dial(address, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]),
      })
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, address: address.toString() }, 'peer is not reached yet')
    }
  }

  return intervalLoop({
    intervalMs,
    tick: async () => void (await Promise.all(addresses.map(dial))),
    onError: (error) => logger.warn({ err: error }, 'peers could not be dialled'),
    signal,
  })
}
