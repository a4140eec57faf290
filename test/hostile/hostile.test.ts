import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sandboxLevels } from '../../packages/node/src/sandbox/sandbox.ts'
import { attackLevel } from './attackLevel.ts'
import { shortCorpus } from './corpus.ts'
import { sandboxAt } from './levels.ts'
import { programs } from './runProgram.ts'

/** Without installing or starting anything; the whole corpus at every level is `npm run test:hostile`. */
describe('a hostile file ends with its code, the next job is served, and nothing leaks', () => {
  for (const level of sandboxLevels) {
    it(`at level ${level}`, async (test) => {
      const probe = await sandboxAt(level, { workDir: '/nowhere', environment: {} }).probe()
      if (!probe.available) return test.skip(probe.reason)
      const containsCode = level !== 'process'
      const rows = await attackLevel({ level, files: shortCorpus, programs: containsCode ? programs : [] })
      const faults = rows.flatMap(({ file, fault }) => (fault === undefined ? [] : [`${file}: ${fault}`]))
      assert.deepEqual(faults, [])
      assert.ok(rows.length > shortCorpus.length)
    })
  }

  it('at level process, where hostile code is not contained: the programs do what they try', async () => {
    const rows = await attackLevel({
      level: 'process',
      files: [],
      programs: programs.filter(({ name }) => ['network connect', 'reading the key file'].includes(name)),
    })
    const leaks = rows.flatMap((row) => row.leaks)
    assert.ok(leaks.includes('the key was read'), leaks.join())
    assert.match(leaks.join(), /\d connections came out/)
  })
})
