import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type SandboxLevel, sandboxLevels } from '../../packages/node/src/sandbox/sandbox.ts'
import { attackLevel } from '../../test/hostile/attackLevel.ts'
import { corpus } from '../../test/hostile/corpus.ts'
import { sandboxAt } from '../../test/hostile/levels.ts'
import type { Row } from '../../test/hostile/row.ts'
import { programs } from '../../test/hostile/runProgram.ts'
import { openEngine } from './engine.ts'
import { formatRow, header } from './table.ts'

const wanted = process.argv.slice(2)
const paidJobs = 'test/integration/provider-hostile.test.ts'

/** Debian's packages of the levels that are missing, where this may install them. */
function install(): void {
  const missing = [
    ...(existsSync('/usr/bin/bwrap') ? [] : ['bubblewrap']),
    ...(existsSync('/usr/sbin/dockerd') || existsSync('/var/run/docker.sock') ? [] : ['docker.io']),
  ]
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log(`installing ${missing.join(' and ')} …`)
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  spawnSync('apt-get', ['update', '-q'], options)
  const { status } = spawnSync(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
    options,
  )
  if (status !== 0) console.log(`apt-get install ${missing.join(' ')} ended with ${status}`)
}

async function attack(level: SandboxLevel, engineSocket: string | undefined): Promise<Row[] | string> {
  const probe = await sandboxAt(level, { workDir: '/nowhere', environment: {}, engineSocket }).probe()
  if (!probe.available) return `${probe.reason}. ${probe.fix}`
  const containsCode = level !== 'process'
  return attackLevel({
    level,
    files: corpus,
    programs: containsCode ? programs : [],
    engineSocket,
    onRow: (row) => console.log(formatRow(row)),
  })
}

/** Paid jobs at a provider on a chain of its own: declined, refunded. */
function runPaidJobs(): boolean {
  console.log('\npaid jobs on a local chain: declined and refunded')
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', paidJobs], {
    stdio: 'inherit',
  })
  return status === 0
}

async function main(): Promise<void> {
  install()
  const engine = await openEngine()
  const engineSocket = typeof engine === 'string' ? undefined : engine.socket
  const notes: string[] = []
  const rows: Row[] = []
  console.log(header)
  try {
    for (const level of sandboxLevels.filter((name) => wanted.length === 0 || wanted.includes(name))) {
      const result =
        level === 'container' && typeof engine === 'string' ? engine : await attack(level, engineSocket)
      if (typeof result === 'string') notes.push(`missing: ${level}: ${result}`)
      else rows.push(...result)
    }
  } finally {
    if (typeof engine !== 'string') await engine.stop()
  }
  if (rows.some(({ level }) => level === 'process')) {
    notes.push('not run: programs at level process, which does not contain hostile code')
  }
  const paid = wanted.length > 0 || runPaidJobs()
  console.log(`\n${notes.join('\n')}`)
  for (const { level, file, fault } of rows)
    if (fault !== undefined) console.log(`✖ ${level} ${file}: ${fault}`)
  const failed = rows.filter(({ fault }) => fault !== undefined).length + (paid ? 0 : 1)
  const held = rows.length + (wanted.length > 0 ? 0 : 1) - failed
  console.log(`${held} passed, ${failed} failed`)
  process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1
}

await main()
