import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, it } from 'node:test'
import { defaultTemplate } from '../sandbox/executionTemplate.ts'
import { createProcessSandbox } from '../sandbox/process/processSandbox.ts'
import type { Sandbox, SandboxLevel } from '../sandbox/sandbox.ts'
import { openSandbox, type SandboxSettings, sandboxesOf } from './openSandbox.ts'
import { workerEntry } from './workerEntry.ts'

const settings = (changes: Partial<SandboxSettings> = {}): SandboxSettings => ({
  level: 'auto',
  fallbackToProcess: false,
  workDir: join(tmpdir(), 'dim-never-made'),
  modelRoots: [],
  template: defaultTemplate,
  limits: { maxProcesses: 64, tmpBytes: 2 ** 24 },
  engineSocket: '/nowhere.sock',
  ...changes,
})

const plain = createProcessSandbox({ node: execPath, entry: workerEntry() })
/** A real worker under the name of another level. */
const offered = (level: SandboxLevel): Sandbox => ({
  ...plain,
  level,
  probe: async () => ({ level, available: true, detail: '' }),
})
const absent = (level: SandboxLevel): Sandbox => ({
  ...offered(level),
  probe: async () => ({ level, available: false, reason: 'it is not installed', fix: 'install it' }),
})
/** Says that it is there, but no worker comes up. */
const broken = (level: SandboxLevel): Sandbox => ({
  ...createProcessSandbox({ node: execPath, entry: '/nowhere/entry.js' }),
  level,
  probe: async () => ({ level, available: true, detail: '' }),
})

const levelOf = async (changes: Partial<SandboxSettings>, sandboxes: readonly Sandbox[]) =>
  (await openSandbox(settings(changes), sandboxes)).sandbox.level

describe('choice of a sandbox', () => {
  it('is the strongest level in which a worker starts', async () => {
    const all = [offered('container'), offered('bubblewrap'), offered('process')]
    assert.equal(await levelOf({}, all), 'container')
    assert.equal(await levelOf({}, [absent('container'), ...all.slice(1)]), 'bubblewrap')
    assert.equal(await levelOf({}, [broken('container'), ...all.slice(1)]), 'bubblewrap')
  })

  it('never ends at a plain process by itself, and says what is missing', async () => {
    const sandboxes = [absent('container'), broken('bubblewrap'), offered('process')]
    await assert.rejects(
      openSandbox(settings(), sandboxes),
      (error: Error & { code?: string; details?: string }) => {
        assert.equal(error.code, 'SANDBOX_TOO_WEAK')
        assert.match(error.details ?? '', /container: it is not installed \(install it\)/)
        assert.match(error.details ?? '', /bubblewrap: no worker starts in it/)
        return true
      },
    )
  })

  it('ends at a plain process where the configuration says so, by name or as a fallback', async () => {
    const sandboxes = [absent('container'), absent('bubblewrap'), offered('process')]
    assert.equal(await levelOf({ level: 'process' }, sandboxes), 'process')
    assert.equal(await levelOf({ fallbackToProcess: true }, sandboxes), 'process')
  })

  it('takes no other level than the one that is named', async () => {
    const sandboxes = [absent('container'), offered('bubblewrap'), offered('process')]
    const chosen = openSandbox(settings({ level: 'container', fallbackToProcess: true }), sandboxes)
    await assert.rejects(chosen, { code: 'SANDBOX_UNAVAILABLE' })
  })

  it('finds no container where no engine answers', async () => {
    const container = sandboxesOf(settings()).find(({ level }) => level === 'container')
    const probe = await container?.probe()
    assert.equal(probe?.available, false)
  })
})
