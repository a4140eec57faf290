import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Scene } from './scene.ts'
import type { Kills, Stage, Victim } from './stages.ts'

const ROUND_LIMIT_MS = 90_000
/** How long a kill that waits for its stage may wait after the client has its answer. */
const LINGER_MS = 2_000

export type Plan = { victim: Victim; at: { stage: Stage } | { delayMs: number } }

export type RoundReport = {
  round: number
  plans: readonly Plan[]
  deaths: readonly { victim: Victim; stage: Stage | undefined }[]
  outcome: 'answered' | 'not answered'
  faults: readonly string[]
  ms: number
}

export type RoundOptions = {
  round: number
  scene: Scene
  random: Random
  kills: Kills
  plans: readonly Plan[]
}

type Death = RoundReport['deaths'][number]

/** Carries out each plan once, when its moment comes. */
function createKnife({ scene, kills, plans }: RoundOptions) {
  const deaths: Death[] = []
  const pending = new Set(plans)
  const strokes: Promise<void>[] = []
  const timers: NodeJS.Timeout[] = []

  const strike = (plan: Plan) => {
    if (!pending.delete(plan)) return
    const stroke = async () => {
      const died = await scene.kill(plan.victim)
      if (died === undefined) return
      deaths.push({ victim: plan.victim, stage: died.stage })
      if (died.stage !== undefined) kills[died.stage][plan.victim]++
    }
    strokes.push(stroke())
  }
  return {
    deaths,
    get isPending() {
      return pending.size > 0
    },
    onStage(reached: Stage) {
      // A random moment of a job counts from its quote: before that there is nothing to lose.
      if (timers.length === 0) {
        for (const plan of plans) {
          if ('delayMs' in plan.at) timers.push(setTimeout(() => strike(plan), plan.at.delayMs))
        }
      }
      for (const plan of plans) if ('stage' in plan.at && plan.at.stage === reached) strike(plan)
    },
    async settle() {
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(strokes)
    },
  }
}

function checkAnswer(scene: Scene, values: readonly number[]): string[] {
  const { answer } = scene.heard
  if (answer === undefined) return []
  const expected = values.map((value) => 2 * value)
  const isRight = answer.answer.join() === expected.join()
  return isRight ? [] : [`job ${answer.done} answered ${answer.answer} instead of ${expected}`]
}

/** Whoever died before there was a job left none behind: the client asks anew. */
const hasNothing = ({ heard: { hasJob, left, answer } }: Scene): boolean =>
  !hasJob && left.length === 0 && answer === undefined

/** One job of one client, restarted as often as it takes, while the plans kill whom they kill. */
export async function runRound(options: RoundOptions): Promise<RoundReport> {
  const { round, scene, random, plans } = options
  const startedAt = performance.now()
  const knife = createKnife(options)
  const values = Array.from({ length: 4 }, () => random.below(1_000))
  await scene.ensureProvider()
  scene.beginRound(knife.onStage)
  const faults: string[] = []
  let code = await scene.startClient(values).exited
  while (code !== 0) {
    if (performance.now() - startedAt > ROUND_LIMIT_MS) {
      faults.push(`the client did not come to its end: ${scene.heard.failures.at(-1) ?? 'no reason given'}`)
      break
    }
    await scene.ensureProvider()
    code = await scene.startClient().exited
    if (code === 0 && hasNothing(scene)) code = await scene.startClient(values).exited
    if (code !== 0) await sleep(100)
  }
  const lingerUntil = performance.now() + LINGER_MS
  while (knife.isPending && performance.now() < lingerUntil) await sleep(20)
  await knife.settle()
  faults.push(...checkAnswer(scene, values))
  const outcome = scene.heard.answer === undefined ? 'not answered' : 'answered'
  return {
    round,
    plans,
    deaths: knife.deaths,
    outcome,
    faults,
    ms: Math.round(performance.now() - startedAt),
  }
}
