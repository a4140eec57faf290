import { platform } from 'node:os'

const tickMs = 20
/** Linux answers from /proc; elsewhere each question starts a process. */
const ticksPerMemoryPoll = platform() === 'linux' ? 1 : 12
const idleTicks = 50

export type WatchdogOptions = {
  /** Since when what runs now runs, and how long it may; undefined when nothing does. */
  current(): { since: number; timeoutMs: number } | undefined
  rssBytes(): Promise<number>
  onTimeout(timeoutMs: number): void
  onMemory(rssBytes: number): void
}

export type Watchdog = { wake(): void; stop(): void }

/** Watches time and memory of one worker from outside, by one timer for all of its runs. */
export function createWatchdog({ current, rssBytes, onTimeout, onMemory }: WatchdogOptions): Watchdog {
  let timer: NodeJS.Timeout | undefined
  let ticks = 0
  let idleSince = 0
  let isPolling = false

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  const pollMemory = () => {
    if (isPolling) return
    isPolling = true
    // A worker that cannot be asked has ended, which is heard of elsewhere.
    void rssBytes()
      .then(onMemory, () => undefined)
      .finally(() => {
        isPolling = false
      })
  }

  const tick = () => {
    ticks += 1
    const running = current()
    if (running === undefined) {
      if (ticks - idleSince > idleTicks) stop()
      return
    }
    idleSince = ticks
    if (performance.now() - running.since > running.timeoutMs) return onTimeout(running.timeoutMs)
    if (ticks % ticksPerMemoryPoll === 0) pollMemory()
  }

  return {
    wake() {
      idleSince = ticks
      timer ??= setInterval(tick, tickMs)
    },
    stop,
  }
}
