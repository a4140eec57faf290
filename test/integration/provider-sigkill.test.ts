import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { auditChain } from '../../scripts/chaos/audit.ts'
import { createRandom } from '../../scripts/chaos/random.ts'
import { runRound } from '../../scripts/chaos/runRound.ts'
import { createScene, type Scene } from '../../scripts/chaos/scene.ts'
import { noKills, type Stage } from '../../scripts/chaos/stages.ts'
import { createWorld, type World } from '../../scripts/chaos/world.ts'

const stages: readonly Stage[] = ['opened', 'admitted', 'running', 'computed', 'submitting', 'submitted']

describe('a provider killed by SIGKILL and started again', () => {
  let world: World
  let scene: Scene
  const kills = noKills()
  const random = createRandom(1)

  before(async () => {
    world = await createWorld()
    scene = createScene(world)
  })
  after(async () => {
    await scene?.end()
    await world?.remove()
  })

  for (const [index, stage] of stages.entries()) {
    it(`delivers the job once that was ${stage}`, async () => {
      const plans = [{ victim: 'provider', at: { stage } }] as const
      const report = await runRound({ round: index + 1, scene, random, kills, plans })
      assert.deepEqual(report.faults, [])
      assert.equal(report.outcome, 'answered')
      assert.equal(report.deaths.length, 1)
    })
  }

  it('was paid once for each, and the books balance to the last unit', async () => {
    const { chain, home, client, clientUsdc } = world
    const { jobs, faults } = await auditChain({
      reader: chain.reader,
      provider: home.account.address,
      client: client.address,
      modelKey: home.modelKey,
      clientUsdc,
      stakeUsdc: 100_000_000n,
    })
    assert.deepEqual(faults, [])
    assert.deepEqual(
      jobs.map(({ ending }) => ending),
      stages.map(() => 'paid'),
    )
  })
})
