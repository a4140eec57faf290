import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { assertWritable, writePrivately } from './reportFiles.ts'

describe('files of a report', () => {
  let dir = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-report-'))
    await writeFile(join(dir, 'file'), 'kept')
  })
  after(() => rm(dir, { recursive: true }))

  for (const [what, output] of [
    ['a folder that is not there', 'nowhere/result.json'],
    ['a file in place of a folder', 'file/result.json'],
    ['a folder in place of a file', '.'],
  ] as const) {
    it(`refuses ${what}, for result and receipt`, async () => {
      await assert.rejects(assertWritable({ output }, dir), { code: 'OUTPUT_NOT_WRITABLE' })
      await assert.rejects(assertWritable({ receipt: output }, dir), { code: 'OUTPUT_NOT_WRITABLE' })
    })
  }

  it('takes new files and old ones, and touches neither', async () => {
    await assertWritable({ output: 'file', receipt: 'new.json' }, dir)
    await assertWritable({}, dir)
    assert.deepEqual(await readdir(dir), ['file'])
  })

  it('writes for the owner only', async () => {
    await writePrivately('result.json', '{}', dir)
    assert.equal((await stat(join(dir, 'result.json'))).mode & 0o777, 0o600)
    await assert.rejects(writePrivately('nowhere/result.json', '{}', dir), { code: 'OUTPUT_NOT_WRITABLE' })
  })
})
