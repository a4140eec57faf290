import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import { ContentUnavailableError } from '../contentUnavailable.ts'
import type { BlockFetcher } from '../httpFetch.ts'
import { verifyBlock } from '../verifyBlock.ts'
import type { HeliaNode } from './heliaNode.ts'

export type BitswapFetchOptions = {
  helia: HeliaNode
  root: CID
  /** Addresses of peers that are said to have the content, one list each. */
  named: readonly Multiaddr[][]
  /** A session may miss the answer to its own question and would then wait for ever. */
  blockTimeoutMs: number
  lookupTimeoutMs: number
}

type Source = CID | Multiaddr[]
type Session = ReturnType<HeliaNode['blockstore']['createSession']>

const ATTEMPTS = 6
const MAX_FOUND = 5

/** Only roots are provided, so that those of the root are asked for every block below it. */
async function findSources(
  { helia, root, named, lookupTimeoutMs }: BitswapFetchOptions,
  signal: AbortSignal,
) {
  const connected = helia.libp2p.getPeers().map((peer) => peer.toCID())
  if (named.length > 0 || connected.length === 0) return [...named, ...connected]
  const found: Source[] = []
  const either = AbortSignal.any([signal, AbortSignal.timeout(lookupTimeoutMs)])
  try {
    for await (const { id } of helia.routing.findProviders(root, { signal: either })) {
      found.push(id)
      if (found.length === MAX_FOUND) break
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!either.aborted && found.length === 0 && connected.length === 0) throw error
  }
  return [...found, ...connected]
}

async function collect(parts: ReturnType<Session['get']>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const part of parts) all.push(part)
  return all.length === 1 && all[0] !== undefined ? all[0] : new Uint8Array(Buffer.concat(all))
}

/** Fetches blocks by bitswap, from one peer at a time so that no block is sent twice. */
export function bitswapFetch(options: BitswapFetchOptions): BlockFetcher {
  const { helia, root, blockTimeoutMs } = options
  let sources: Promise<readonly Source[]> | undefined
  let current: { session: Session; source: number } | undefined

  const open = (all: readonly Source[], source: number): Session => {
    current?.session.close()
    const chosen = all[source % all.length] as Source
    const session = helia.blockstore.createSession(root, {
      providers: [chosen],
      minProviders: 1,
      maxProviders: 1,
    })
    current = { session, source }
    return session
  }

  return async (cid, signal) => {
    sources ??= findSources(options, signal)
    const all = await sources
    if (all.length === 0) throw new ContentUnavailableError(cid, { attempts: ['no peer is connected'] })
    let cause: unknown
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const used = current
      const session = used?.session ?? open(all, 0)
      const either = AbortSignal.any([signal, AbortSignal.timeout(blockTimeoutMs)])
      try {
        const bytes = await collect(session.get(cid, { signal: either }))
        verifyBlock(cid, bytes, 'a peer')
        return bytes
      } catch (error) {
        signal.throwIfAborted()
        cause = error
      }
      if (attempt % 2 === 1 && current?.session === session) open(all, current.source + 1)
    }
    throw new ContentUnavailableError(cid, { attempts: [`${all.length} peers: no answer`], cause })
  }
}
