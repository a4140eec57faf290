import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again until the answer is there; fails with the test's own signal or after `withinMs`. */
export async function until<T>(ask: () => Promise<T | undefined | false>, withinMs = 20_000): Promise<T> {
  const signal = AbortSignal.timeout(withinMs)
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await sleep(20, undefined, { signal })
  }
}
