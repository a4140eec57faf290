import { setTimeout as pause } from 'node:timers/promises'
import { BaseError, decodeRevert } from '@dim/sdk'
import { BaseError as ViemError } from 'viem'
import type { EventFollower } from './chainEvent.ts'
import { followerStep } from './followerStep.ts'
import { followerStore } from './followerStore.ts'
import type { EventFollowerOptions, Following } from './following.ts'
import { ReorgTooDeepError } from './reorgTooDeep.ts'

export type { EventFollowerOptions } from './following.ts'

const initialStatus = () => ({
  head: undefined,
  checkpoint: undefined,
  lagBlocks: undefined,
  caughtUp: false,
  lastErrorCode: undefined,
  rewinds: 0,
})

async function poll(following: Following, signal: AbortSignal | undefined) {
  signal?.throwIfAborted()
  const { options, status } = following
  try {
    const outcome = await followerStep(following)
    status.lastErrorCode = undefined
    return outcome
  } catch (error) {
    const known = error instanceof ViemError ? decodeRevert(error, 'Reading the chain') : error
    status.lastErrorCode = known instanceof BaseError ? known.code : 'INTERNAL'
    status.caughtUp = false
    options.onError?.(status.lastErrorCode)
    throw known
  }
}

async function run(following: Following, signal: AbortSignal): Promise<void> {
  const { name, pollMs = 1000, maxPauseMs = 30_000, logger } = following.options
  let failures = 0
  while (!signal.aborted) {
    try {
      const outcome = await poll(following, signal)
      failures = 0
      if (outcome === 'advanced' || outcome === 'rewound') continue
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ReorgTooDeepError) throw error
      failures += 1
      logger.warn({ follower: name, failures, err: error }, 'the chain could not be followed; trying again')
    }
    const wait = failures === 0 ? pollMs : Math.min(pollMs * 2 ** Math.min(failures, 16), maxPauseMs)
    await pause(wait, undefined, { signal }).catch(() => {})
  }
}

/** Follows the events of contracts through restarts, reorganisations and an RPC that lags, fails or contradicts itself. */
export function createEventFollower(options: EventFollowerOptions): EventFollower {
  const { confirmations = 0, reorgDepth = 64, maxRange = 2000 } = options
  const following: Following = {
    options: { ...options, confirmations, reorgDepth, maxRange },
    store: followerStore(options.name),
    range: BigInt(maxRange),
    status: initialStatus(),
  }
  return {
    run: (signal) => run(following, signal),
    poll: (signal) => poll(following, signal),
    status: () => ({ ...following.status }),
  }
}
