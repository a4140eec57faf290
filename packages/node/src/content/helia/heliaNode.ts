import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createHeliaLight } from 'helia'
import type { DurableBlockstore } from '../durableBlockstore.ts'
import { peerKey } from './peerKey.ts'

export type HeliaNodeOptions = {
  /** Holds the key of the peer. */
  dir: string
  blocks: DurableBlockstore
  /** Multiaddresses to listen on. */
  listen: readonly string[]
}

export type HeliaNode = Awaited<ReturnType<typeof startHelia>>

/** This network's own table: the public one of IPFS is neither asked nor filled. */
const DHT_PROTOCOL = '/dim/kad/1.0.0'

const MESSAGE_TIMEOUT_MS = 120_000
const MAX_MESSAGE_BYTES = 4_194_304

function libp2pOptions(listen: readonly string[], privateKey: Awaited<ReturnType<typeof peerKey>>) {
  return {
    privateKey,
    addresses: { listen: [...listen] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // One ping that comes late must not end a connection with all its transfers.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    connectionManager: { inboundConnectionThreshold: 100 },
    // Providers of a local network are providers.
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: DHT_PROTOCOL,
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
      }),
    },
  }
}

/** An embedded peer of light parts: no public bootstrap, gateways, port mapping or certificates. */
export async function startHelia({ dir, blocks, listen }: HeliaNodeOptions) {
  const light = createHeliaLight({ blockstore: blocks })
  const withPeers = withLibp2pLight(light, libp2pOptions(listen, await peerKey(dir)))
  const helia = withBitswap(withPeers, {
    messageSendTimeout: MESSAGE_TIMEOUT_MS,
    messageReceiveTimeout: MESSAGE_TIMEOUT_MS,
    sendBlocksTimeout: MESSAGE_TIMEOUT_MS,
    maxIncomingMessageSize: MAX_MESSAGE_BYTES,
    doNotResendBlockWindow: 1000,
  })
  await helia.start()
  await helia.libp2p.services.dht.setMode('server')
  return helia
}
