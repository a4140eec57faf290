import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dim, startTestDevnet, type TestDevnet } from '../support/devnet.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Lines of the README's shell blocks. */
async function readmeCommands(): Promise<string[]> {
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'))
  return blocks.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}

describe('the commands of the README', { timeout: 240_000 }, async () => {
  const commands = await readmeCommands()
  const dimCommands = commands.filter((line) => line.startsWith('npx dim '))
  let devnet: TestDevnet

  before(async () => {
    devnet = await startTestDevnet()
  })
  after(() => devnet.stop())

  it('are npm start, npm test, and lines of dim', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const others = commands.filter((line) => !line.startsWith('npx dim '))
    assert.deepEqual(others, ['npm start', 'npm test'])
    for (const name of ['start', 'test']) assert.match(scripts[name], /^node scripts\/bootstrap\.mjs /)
    assert.ok(dimCommands.length >= 5)
  })

  for (const command of dimCommands) {
    it(command, async () => {
      const args = command.slice('npx dim '.length).split(/\s+/)
      const { code, stdout, stderr } = await dim(args, { environment: { DIM_NETWORK: devnet.dir } })
      assert.equal(code, 0, `${stdout}\n${stderr}`)
      assert.notEqual(stdout.trim(), '')
    })
  }
})
