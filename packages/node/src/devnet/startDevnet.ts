import { shutdownStack } from '../lifecycle/shutdownStack.ts'
import { bringUp } from './bringUp.ts'
import type { Devnet, DevnetOptions } from './devnet.ts'

const stopWithinMs = 2_800

/** Brings up a chain with contracts, models and two providers on loopback. Whatever fails, nothing stays behind. */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  options.signal.throwIfAborted()
  const stack = shutdownStack({ deadlineMs: stopWithinMs })
  const onAbort = () => void stack.run()
  options.signal.addEventListener('abort', onAbort, { once: true })
  const stop = async () => {
    options.signal.removeEventListener('abort', onAbort)
    await stack.run()
  }
  try {
    return { ...(await bringUp(options, stack)), stop }
  } catch (error) {
    await stop()
    options.signal.throwIfAborted()
    throw error
  }
}
