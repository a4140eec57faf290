import type { Multiaddr } from '@multiformats/multiaddr'
import type { KuboRPCClient } from 'kubo-rpc-client'
import type { CID } from 'multiformats/cid'
import { ContentUnavailableError } from '../contentUnavailable.ts'
import type { BlockFetcher } from '../httpFetch.ts'
import { verifyBlock } from '../verifyBlock.ts'
import { type kuboErrors, saysOf } from './kuboErrors.ts'

export type KuboFetchOptions = {
  client: KuboRPCClient
  rpc: ReturnType<typeof kuboErrors>
  /** Addresses of peers that are said to have the content, one list each. */
  named: readonly (readonly Multiaddr[])[]
  blockTimeoutMs: number
  /** The block is now in the daemon's store. */
  onStored(cid: string): void
}

const DIAL_TIMEOUT_MS = 10_000
const ATTEMPTS = 5

/** Lets the daemon fetch from its own peers, those that were named among them. */
export function kuboFetch(options: KuboFetchOptions): BlockFetcher {
  const { client, rpc, named, blockTimeoutMs, onStored } = options
  let dialled: Promise<readonly string[]> | undefined

  const dial = async (signal: AbortSignal): Promise<readonly string[]> => {
    const either = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
    const outcomes = await Promise.allSettled(
      named.flat().map((address) => client.swarm.connect(address, { signal: either })),
    )
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [saysOf(outcome.reason)] : []))
  }

  const ask = async (cid: CID, signal: AbortSignal): Promise<Uint8Array | undefined> => {
    const timeout = AbortSignal.timeout(blockTimeoutMs)
    try {
      return await rpc(() => client.block.get(cid, { signal: AbortSignal.any([signal, timeout]) }))
    } catch (error) {
      signal.throwIfAborted()
      if (!timeout.aborted) throw error
      return undefined
    }
  }

  return async (cid, signal) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      dialled ??= dial(signal)
      await dialled
      const bytes = await ask(cid, signal)
      if (bytes !== undefined) {
        verifyBlock(cid, bytes, 'the daemon')
        onStored(cid.toString())
        return bytes
      }
      // A question may get lost, or the peer: both are mended by asking anew.
      if (attempt % 2 === 1) dialled = undefined
    }
    const late = `no peer of the daemon sent it within ${ATTEMPTS} × ${blockTimeoutMs} ms`
    throw new ContentUnavailableError(cid, { attempts: [...((await dialled) ?? []), late] })
  }
}
