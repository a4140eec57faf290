import type { Child } from './child.ts'
import { isStage, type Stage, type Victim } from './stages.ts'
import type { World } from './world.ts'

type Line = Record<string, unknown>

export type Scene = ReturnType<typeof createScene>

/** One provider and one client as processes, how far their job is, and the knife. */
export function createScene(world: World) {
  let stage: Stage | undefined
  let onStage: (reached: Stage) => void = () => undefined
  let provider: { child: Child; ready: Promise<void> } | undefined
  let client: Child | undefined
  let left: unknown[] = []
  let hasJob = false
  let answer: { done: string; answer: number[] } | undefined
  const failures: string[] = []

  const hearProvider = (line: Line) => {
    if (!isStage(line.stage)) return
    stage = line.stage
    onStage(line.stage)
  }
  const hearClient = (line: Line) => {
    if (typeof line.jobId === 'string') hasJob = true
    if (Array.isArray(line.left)) left = line.left
    if (typeof line.done === 'string') answer = line as { done: string; answer: number[] }
    if (typeof line.failed === 'string') failures.push(`${line.failed}: ${String(line.message)}`)
  }
  const startProvider = () => {
    provider = world.startProvider(hearProvider)
    return provider
  }

  return {
    /** The last stage that the provider wrote down since the round began. */
    get stage() {
      return stage
    },
    get left() {
      return left
    },
    /** Whether the client wrote a job down since the round began. */
    get hasJob() {
      return hasJob
    },
    get answer() {
      return answer
    },
    failures,
    beginRound(listener: (reached: Stage) => void) {
      stage = undefined
      answer = undefined
      hasJob = false
      failures.length = 0
      onStage = listener
    },
    async ensureProvider(): Promise<void> {
      const { ready } = provider?.child.isAlive ? provider : startProvider()
      await ready
    },
    startClient(values?: readonly number[]): Child {
      client = world.startClient(hearClient, values)
      return client
    },
    /** Kills and answers the stage in which it died; `undefined` when it was dead already. */
    async kill(victim: Victim): Promise<{ stage: Stage | undefined } | undefined> {
      const child = victim === 'provider' ? provider?.child : client
      if (child === undefined || !child.isAlive) return undefined
      const stageAtClient = stage
      await child.kill()
      // All that a killed provider wrote has been read by now; a client dies while its provider goes on.
      const died = { stage: victim === 'provider' ? stage : stageAtClient }
      if (victim === 'provider') startProvider()
      return died
    },
    /** Last words of both, for a report of what went wrong. */
    tails: () => ({ provider: provider?.child.tail ?? [], client: client?.tail ?? [] }),
    async end(): Promise<void> {
      await client?.kill()
      await provider?.child.stop()
    },
  }
}
