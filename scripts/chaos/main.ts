import { type Audit, auditChain } from './audit.ts'
import { parseOptions } from './options.ts'
import { KILLS_PER_STAGE, lackingStages, planRound } from './planRound.ts'
import { createRandom } from './random.ts'
import { formatReport, formatRound } from './report.ts'
import { type RoundReport, runRound } from './runRound.ts'
import { createScene, type Scene } from './scene.ts'
import { noKills, stages } from './stages.ts'
import { createWorld, type World } from './world.ts'

/** From so many rounds on, every stage must have seen its kills. */
const ROUNDS_FOR_EVERY_STAGE = 40
const SETTLE_ATTEMPTS = 20
const PAST_EVERY_WINDOW_SECONDS = 40
const STAKE_USDC = 100_000_000n

const options = parseOptions(process.argv.slice(2))
const say = (text: string) => (options.json ? process.stderr.write(`${text}\n`) : console.log(text))

/** Lets everything that is still open come to its end: client first, then windows and deadlines. */
async function comeToRest(scene: Scene, world: World): Promise<Audit> {
  const { chain, home, client, clientUsdc } = world
  const about = { provider: home.account.address, client: client.address, modelKey: home.modelKey }
  for (let attempt = 1; ; attempt++) {
    await scene.ensureProvider()
    await scene.startClient().exited
    const audit = await auditChain({ reader: chain.reader, ...about, clientUsdc, stakeUsdc: STAKE_USDC })
    const isOpen = audit.jobs.some(({ ending }) => ending === 'open')
    if ((!isOpen && scene.heard.left.length === 0) || attempt === SETTLE_ATTEMPTS) return audit
    await chain.passTime(PAST_EVERY_WINDOW_SECONDS)
  }
}

async function runChaos(world: World) {
  const random = createRandom(options.seed)
  const kills = noKills()
  const scene = createScene(world)
  const rounds: RoundReport[] = []
  try {
    const isEnough = () =>
      rounds.length >= options.rounds &&
      (options.rounds < ROUNDS_FOR_EVERY_STAGE || lackingStages(kills).length === 0)
    while (!isEnough() && rounds.length < 2 * options.rounds) {
      const round = rounds.length + 1
      const plans = planRound(round, { kills, random })
      const report = await runRound({ round, scene, random, kills, plans })
      rounds.push(report)
      say(formatRound(report))
      if (report.faults.length > 0) say(JSON.stringify(scene.tails(), undefined, 1))
    }
    return { rounds, kills, audit: await comeToRest(scene, world) }
  } finally {
    await scene.end()
  }
}

say(`chaos: ${options.rounds} rounds, seed ${options.seed}`)
const world = await createWorld()
try {
  const { rounds, kills, audit } = await runChaos(world)
  const lacking = options.rounds < ROUNDS_FOR_EVERY_STAGE ? [] : lackingStages(kills)
  const faults = [
    ...rounds.flatMap((report) => report.faults.map((fault) => `round ${report.round}: ${fault}`)),
    ...audit.faults,
    ...lacking.map((stage) => `stage ${stage} saw fewer than ${KILLS_PER_STAGE} kills`),
  ]
  say(formatReport({ kills, audit, faults, rounds: rounds.length, seed: options.seed }))
  const count = (ending: string) => audit.jobs.filter((job) => job.ending === ending).length
  if (options.json) {
    const summary = {
      ok: faults.length === 0,
      seed: options.seed,
      rounds: rounds.length,
      kills: Object.fromEntries(stages.map((stage) => [stage, kills[stage]])),
      jobs: {
        opened: audit.jobs.length,
        paid: count('paid'),
        refunded: count('refunded'),
        open: count('open'),
      },
      faults,
    }
    console.log(JSON.stringify(summary))
  }
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await world.remove()
}
