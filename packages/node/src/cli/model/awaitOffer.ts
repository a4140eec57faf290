import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { readOffers } from './offers.ts'

const waitMs = 60_000
const everyMs = 300

/** Endpoints that serve the model warm; waits for the first one, and is content with none. */
export async function awaitOffer(
  { io, out }: Context,
  endpoints: readonly string[],
  modelKey: Hex,
): Promise<readonly string[]> {
  const step = out.progress('waiting for a provider to serve it')
  const until = Date.now() + waitMs
  while (Date.now() < until) {
    const offers = (await readOffers(endpoints)).get(modelKey) ?? []
    const warm = offers.filter(({ state }) => state === 'warm').map(({ endpoint }) => endpoint)
    if (warm.length > 0) {
      step.done()
      return warm
    }
    await sleep(everyMs, undefined, { signal: io.signal })
  }
  step.fail(`no provider serves it after ${waitMs / 1000} s`)
  return []
}
