import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { Io } from './io.ts'
import { runCli } from './runCli.ts'

describe('runCli', () => {
  let dir = ''
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-cli-'))
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
      args,
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

  it('prints help on stdout and ends well', async () => {
    const { code, stdout, stderr } = await run('--help')
    assert.equal(code, 0)
    assert.equal(stderr, '')
    for (const noun of ['run', 'model', 'job', 'cabinet', 'wallet', 'verify', 'node', 'config', 'devnet']) {
      assert.match(stdout, new RegExp(`^ {2}${noun}\\b`, 'm'))
    }
  })

  it('shows the options that hold everywhere in the help of each command', async () => {
    const { stdout } = await run('config', 'show', '--help')
    for (const option of ['--json', '--quiet', '--config', '--network', '--origin']) {
      assert.match(stdout, new RegExp(option))
    }
  })

  it('takes global options before and after the command', async () => {
    for (const args of [
      ['--json', 'config', 'show'],
      ['config', 'show', '--json'],
      ['config', '--json', 'show'],
    ]) {
      const { code, stdout } = await run(...args)
      assert.equal(code, 0)
      assert.equal(JSON.parse(stdout).home, join(dir, 'home'))
    }
  })

  it('does not take the value of an option for a command', async () => {
    const { code } = await run('--wallet', 'node', 'config', 'show')
    assert.equal(code, 0)
  })

  it('says where each setting comes from', async () => {
    await writeFile(join(dir, 'c.yaml'), 'log:\n  level: debug\n')
    const { stdout } = await run('config', 'show', '--origin', '--json', '--config', join(dir, 'c.yaml'))
    const { settings } = JSON.parse(stdout) as { settings: { key: string; value: string; origin: string }[] }
    const level = settings.find(({ key }) => key === 'log.level')
    assert.deepEqual({ value: level?.value, origin: level?.origin }, { value: 'debug', origin: 'file' })
    assert.equal(settings.find(({ key }) => key === 'node.maxConcurrentJobs')?.origin, 'default')
  })

  it('prints a failure once: for people on stderr, for programs as one line on stdout', async () => {
    const text = await run('config', 'validate', 'missing.yaml')
    assert.equal(text.code, 3)
    assert.equal(text.stdout, '')
    assert.match(text.stderr, /^✖ CONFIG_INVALID /)
    const json = await run('config', 'validate', 'missing.yaml', '--json')
    assert.equal(json.code, 3)
    assert.equal(json.stderr, '')
    const { error } = JSON.parse(json.stdout)
    assert.deepEqual(
      { code: error.code, charged: error.charged, exitCode: error.exitCode },
      { code: 'CONFIG_INVALID', charged: false, exitCode: 3 },
    )
  })

  it('answers 2 for what it does not understand', async () => {
    for (const args of [
      ['nonsense'],
      ['config'],
      ['config', 'show', '--nonsense'],
      ['job', 'show', '0x12'],
    ]) {
      const { code, stderr } = await run(...args)
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, /✖ USAGE /)
    }
  })

  it('writes no colours where nobody looks', async () => {
    const { stderr } = await run('nonsense')
    assert.equal(stderr.includes('\u001b'), false)
  })
})
