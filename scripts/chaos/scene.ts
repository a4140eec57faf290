import type { Child } from './child.ts'
import { isStage, type Stage, type Victim } from './stages.ts'
import type { World } from './world.ts'

type Line = Record<string, unknown>

export type Scene = ReturnType<typeof createScene>

/** What both said since the round began. */
type Heard = {
  stage: Stage | undefined
  hasJob: boolean
  answer: { done: string; answer: number[] } | undefined
  failures: string[]
  /** Jobs that the client could not finish yet; kept from round to round. */
  left: readonly unknown[]
}

function createEars() {
  const heard: Heard = { stage: undefined, hasJob: false, answer: undefined, failures: [], left: [] }
  let onStage: (reached: Stage) => void = () => undefined
  return {
    heard,
    beginRound(listener: (reached: Stage) => void) {
      Object.assign(heard, { stage: undefined, hasJob: false, answer: undefined, failures: [] })
      onStage = listener
    },
    provider(line: Line) {
      if (!isStage(line.stage)) return
      heard.stage = line.stage
      onStage(line.stage)
    },
    client(line: Line) {
      if (typeof line.jobId === 'string') heard.hasJob = true
      if (Array.isArray(line.left)) heard.left = line.left
      if (typeof line.done === 'string') heard.answer = line as NonNullable<Heard['answer']>
      if (typeof line.failed === 'string') heard.failures.push(`${line.failed}: ${String(line.message)}`)
    },
  }
}

/** One provider and one client as processes, how far their job is, and the knife. */
export function createScene(world: World) {
  const ears = createEars()
  let provider: { child: Child; ready: Promise<void> } | undefined
  let client: Child | undefined

  const startProvider = () => {
    provider = world.startProvider(ears.provider)
    return provider
  }

  return {
    heard: ears.heard as Readonly<Heard>,
    beginRound: ears.beginRound,
    async ensureProvider(): Promise<void> {
      const { ready } = provider?.child.isAlive ? provider : startProvider()
      await ready
    },
    startClient(values?: readonly number[]): Child {
      client = world.startClient(ears.client, values)
      return client
    },
    /** Kills and answers the stage in which it died; `undefined` when it was dead already. */
    async kill(victim: Victim): Promise<{ stage: Stage | undefined } | undefined> {
      const child = victim === 'provider' ? provider?.child : client
      if (child === undefined || !child.isAlive) return undefined
      const stageAtClient = ears.heard.stage
      await child.kill()
      // All that a killed provider wrote has been read by now; a client dies while its provider goes on.
      const died = { stage: victim === 'provider' ? ears.heard.stage : stageAtClient }
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
