import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { Io } from '../io.ts'
import { runCli } from '../runCli.ts'

const client = `0x${'ab'.repeat(20)}`
const policy = {
  clients: [client],
  models: {
    [`0x${'01'.repeat(32)}`]: {
      inputs: { x: { columns: ['age'] } },
      answers: { mean: { kind: 'mean', output: 'y' } },
    },
  },
  filters: { city: { values: ['a', 'b'] } },
  minGroup: 2,
  budget: { periodSeconds: 3600, perClient: 5, total: 50 },
}

describe('dim cabinet', () => {
  let dir = ''
  const cabinets = () => join(dir, 'home', 'node', 'cabinets')
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-cabinet-cli-'))
    await writeFile(join(dir, 'people.csv'), 'city,age\na,1\na,2\nb,3\nb,4\n')
    await writeFile(join(dir, 'policy.json'), JSON.stringify(policy))
  })
  after(() => rm(dir, { recursive: true }))

  async function run(...args: string[]) {
    const written = { stdout: '', stderr: '' }
    const sink = (name: 'stdout' | 'stderr') => ({
      write(text: string) {
        written[name] += text
      },
    })
    const io: Io = {
      args: ['cabinet', ...args],
      cwd: dir,
      environment: { DIM_HOME: join(dir, 'home') },
      stdin: Readable.from([]),
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      signal: new AbortController().signal,
      pid: 1,
      execPath: 'node',
    }
    return { code: await runCli(io), ...written }
  }
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout)
  const refused = async (code: string, ...args: string[]) => {
    const { code: exit, stdout } = await run(...args, '--json')
    assert.notEqual(exit, 0, args.join(' '))
    assert.equal(JSON.parse(stdout).error?.code ?? JSON.parse(stdout).code, code, args.join(' '))
  }

  it('lists none before there are any', async () => {
    assert.deepEqual(await json('list'), { cabinets: [] })
  })

  it('adds data where they lie, readable by their owner only, with access for nobody', async () => {
    const added = await json('add', 'people', 'people.csv', '--describe', 'who lives where')
    assert.deepEqual([added.rows, added.format, added.policy], [4, 'csv', null])
    assert.deepEqual(await readdir(cabinets()), ['people.json'])
    assert.equal((await stat(join(cabinets(), 'people.json'))).mode & 0o777, 0o600)
    const { stdout } = await run('show', 'people')
    assert.match(stdout, /city \(text\), age \(number\)/)
    assert.match(stdout, /nobody/)
  })

  it('add refuses a name, a path, a format, a name that is taken', async () => {
    await symlink('/etc/hostname', join(dir, 'link.csv'))
    await refused('USAGE', 'add', 'Bad Name', 'people.csv')
    await refused('USAGE', 'add', '../people', 'people.csv')
    await refused('USAGE', 'add', 'other')
    await refused('USAGE', 'add', 'other', 'people.csv', '--format', 'xml')
    await refused('CABINET_PATH_REFUSED', 'add', 'other', 'nowhere.csv')
    await refused('CABINET_PATH_REFUSED', 'add', 'other', '.')
    await refused('CABINET_FILE_INVALID', 'add', 'other', 'policy.json', '--format', 'parquet')
    await refused('CABINET_EXISTS', 'add', 'people', 'people.csv')
    await refused('CABINET_UNKNOWN', 'add', 'other', 'people.csv', '--refresh')
  })

  it('sets a policy, and opens and closes it by flags', async () => {
    assert.equal((await json('policy', 'people')).policy, null)
    assert.deepEqual((await json('policy', 'people', '--file', 'policy.json')).policy.clients, [client])
    const other = `0x${'CD'.repeat(20)}`
    const allowed = await json('policy', 'people', '--allow', other, '--deny', client)
    assert.deepEqual(allowed.policy.clients, [other.toLowerCase()])
    assert.equal((await json('policy', 'people', '--allow', 'anybody')).policy.clients, 'anybody')
    assert.equal((await json('policy', 'people', '--min-group', '3')).policy.minGroup, 3)
    assert.deepEqual((await json('policy', 'people', '--close')).policy.clients, [])
  })

  it('policy refuses columns that are not there, a group of one, an address that is none', async () => {
    const write = (change: object) =>
      writeFile(join(dir, 'bad.json'), JSON.stringify({ ...policy, ...change }))
    for (const change of [
      { filters: { street: { values: ['x'] } } },
      { filters: { city: { edges: [0, 1] } } },
      { minGroup: 1 },
      { minGroup: 5 },
      { clients: ['ann'] },
      { clients: 'all' },
      { rows: 'all' },
    ]) {
      await write(change)
      await refused('CABINET_POLICY_INVALID', 'policy', 'people', '--file', 'bad.json')
    }
    await refused('USAGE', 'policy', 'people', '--file', 'people.csv')
    await refused('CABINET_POLICY_INVALID', 'policy', 'people', '--min-group', 'many')
    await refused('CABINET_UNKNOWN', 'policy', 'nobody', '--close')
  })

  it('takes changed data over and keeps the policy', async () => {
    const { digest } = await json('show', 'people')
    await appendFile(join(dir, 'people.csv'), 'b,5\n')
    const refreshed = await json('add', 'people', '--refresh')
    assert.deepEqual(
      [refreshed.rows, refreshed.description, refreshed.policy.minGroup],
      [5, 'who lives where', 3],
    )
    assert.notEqual(refreshed.digest, digest)
  })

  it('show refuses what is not there, a name that is none, and no name', async () => {
    await refused('CABINET_UNKNOWN', 'show', 'none')
    await refused('CABINET_UNKNOWN', 'show', '../people')
    await refused('USAGE', 'show')
  })

  it('says of a name that is unknown what the owner can do about it, not what a client is charged', async () => {
    for (const command of [['show'], ['policy'], ['rm', '--yes']]) {
      const { error } = await json(...command, 'none')
      assert.equal(error.message, 'There is no cabinet named "none".')
      assert.equal(error.money, 'Nothing was charged.')
      assert.equal(error.next, '`dim cabinet list` shows all.')
    }
  })

  it('list refuses a surplus word, an unknown option, and a record that was broken', async () => {
    await refused('USAGE', 'list', 'people')
    await refused('USAGE', 'list', '--all')
    await writeFile(join(cabinets(), 'broken.json'), '{}')
    await refused('CABINET_RECORD_INVALID', 'list')
    await rm(join(cabinets(), 'broken.json'))
  })

  it('rm wants a confirmation, and a cabinet that is there; the data stay', async () => {
    await refused('CONFIRMATION_NEEDED', 'rm', 'people')
    await refused('CABINET_UNKNOWN', 'rm', 'none', '--yes')
    await refused('USAGE', 'rm')
    assert.equal((await json('rm', 'people', '--dry-run')).removed, false)
    assert.equal((await json('rm', 'people', '--yes')).removed, true)
    assert.deepEqual(await readdir(cabinets()), [])
    assert.ok((await stat(join(dir, 'people.csv'))).isFile())
  })
})
