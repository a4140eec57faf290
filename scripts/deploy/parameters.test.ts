import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { NetworkName } from './networks.ts'
import { readParameters } from './parameters.ts'
import { placesOf } from './places.ts'

const somebody = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const accounts = { proposers: [somebody], executors: [somebody], guardian: somebody }
const nobody = '0x0000000000000000000000000000000000000000'

describe('parameters of a deployment', () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-parameters-'))
  })
  after(() => rm(dir, { recursive: true }))

  async function read(network: NetworkName, changes: object) {
    const { Token, Dim } = JSON.parse(await readFile(placesOf(network).parameters, 'utf8'))
    const file = join(dir, 'parameters.json')
    await writeFile(file, JSON.stringify({ Token, Dim: { ...Dim, ...accounts, ...changes } }))
    return readParameters(file, network)
  }
  const refused = (network: NetworkName, changes: object, message: RegExp) =>
    assert.rejects(read(network, changes), { code: 'DEPLOYMENT_PARAMETERS_INVALID', message })

  it('leave to who deploys whom the timelock obeys', async () => {
    for (const network of ['amoy', 'polygon'] as const)
      await assert.rejects(readParameters(placesOf(network).parameters, network), {
        code: 'DEPLOYMENT_PARAMETERS_INVALID',
        message: /Dim.guardian .*Dim.proposers .*Dim.executors/,
      })
  })

  it('are those of Polygon on both networks', async () => {
    const [amoy, polygon] = [(await read('amoy', {})).Dim, (await read('polygon', {})).Dim]
    const { usdc, timelockDelay } = polygon
    assert.deepEqual({ ...amoy, usdc, timelockDelay }, polygon)
    assert.equal(usdc, '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359')
    assert.equal(timelockDelay, 172_800)
  })

  it('let anybody execute what the delay has let ripen, when that is wanted', async () => {
    assert.deepEqual((await read('polygon', { executors: [nobody] })).Dim.executors, [nobody])
  })

  it('are refused with a timelock shorter than two days where money is real', async () => {
    await refused('polygon', { timelockDelay: 172_799 }, /timelockDelay .* 172800/)
    assert.equal((await read('amoy', { timelockDelay: 172_799 })).Dim.timelockDelay, 172_799)
  })

  it('are refused out of their bounds, and all of it is said at once', async () => {
    await refused(
      'amoy',
      { jobFeeBps: 501, channelFeeBps: -1, minWindow: 1.5 },
      /jobFeeBps.*minWindow.*channelFeeBps/,
    )
    await refused('amoy', { minWithdrawDelay: 3_600 }, /minWithdrawDelay/)
    await refused('amoy', { minimumStake: '100' }, /minimumStake/)
    await refused('amoy', { thawPeriod: 604_800 }, /maxWindow \+ resolvePeriod/)
  })

  it('are refused with wrong accounts and unknown names', async () => {
    await refused('amoy', { proposers: [nobody] }, /proposers/)
    await refused('amoy', { guardian: somebody.replace('C', 'c') }, /guardian/)
    await refused('amoy', { usdc: nobody }, /usdc/)
    await refused('amoy', { minimumStakes: 1 }, /minimumStakes is no parameter/)
  })

  it('are refused when they are no JSON', async () => {
    const file = join(dir, 'broken.json')
    await writeFile(file, '{')
    await assert.rejects(readParameters(file, 'amoy'), { code: 'DEPLOYMENT_PARAMETERS_INVALID' })
  })
})
