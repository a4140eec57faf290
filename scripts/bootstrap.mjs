// Plain JavaScript for any Node >= 18. `node scripts/bootstrap.mjs TASK [args]`: brings Node 24 and the packages
// that the task needs, saying so, then runs the task.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNode24, root } from './node24.mjs'

const tasks = {
  start: { script: 'scripts/start.ts', set: 'start' },
  test: { script: 'scripts/test.ts', set: 'all' },
  check: { script: 'scripts/check.ts', set: 'all' },
  coverage: { script: 'scripts/coverage/main.ts', set: 'start' },
  slither: { script: 'scripts/slither/main.ts', set: 'start' },
  symbolic: { script: 'scripts/symbolic/main.ts', set: 'start' },
  abis: { script: 'scripts/abis.ts', set: 'start' },
  deploy: { script: 'scripts/deploy/main.ts', set: 'start' },
  daemons: { script: 'scripts/daemons.ts', set: 'start' },
  invariants: { script: 'scripts/invariants.ts', set: 'start' },
  mutants: { script: 'scripts/mutants/main.ts', set: 'start' },
  hostile: { script: 'scripts/hostile/main.ts', set: 'all' },
  backends: { script: 'scripts/backends/main.ts', set: 'all' },
  webgpu: { script: 'scripts/webgpu/main.ts', set: 'start' },
  metal: { script: 'scripts/metal/main.ts', set: 'start' },
  chaos: { script: 'scripts/chaos/main.ts', set: 'start' },
  gas: { script: 'bench/gas.ts', set: 'start' },
  channel: { script: 'bench/channel.ts', set: 'start' },
  runtime: { script: 'bench/runtime.ts', set: 'start' },
  queue: { script: 'packages/node/src/scheduler/queue.test.ts', set: 'start' },
}

const installedAt = join(root, 'node_modules', '.dim-installed.json')
const installLock = join(root, '.dim-cache', 'installing')
const startSet = ['--omit=dev', '-w', 'packages/sdk', '-w', 'packages/node', '--include-workspace-root']

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

function installed() {
  try {
    const state = JSON.parse(readFileSync(installedAt, 'utf8'))
    return state.lock === lockHash() ? state.set : undefined
  } catch {
    return undefined
  }
}

/** What was installed last, for whatever lock file. */
function lastSet() {
  try {
    return JSON.parse(readFileSync(installedAt, 'utf8')).set
  } catch {
    return undefined
  }
}

/** Runs a child to its end, forwarding signals. */
export function run(command, args, env, { onOutput, cwd = root } = {}) {
  return new Promise((resolve) => {
    const stdio = onOutput ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(command, args, {
      cwd,
      env,
      stdio,
      shell: process.platform === 'win32' && command === 'npm',
    })
    child.stdout?.on('data', onOutput)
    child.stderr?.on('data', onOutput)
    const forward = (signal) => child.kill(signal)
    process.on('SIGTERM', forward)
    // The terminal sends SIGINT to the whole group: staying alive lets the child finish its clean-up.
    process.on('SIGINT', () => {})
    child.on('error', (error) => resolve({ code: 1, error }))
    child.on('exit', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143) }))
  })
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** One install at a time: a second process waits for the first, and takes over if that one died. */
async function withInstallLock(work) {
  mkdirSync(dirname(installLock), { recursive: true })
  for (let said = false; ; ) {
    try {
      writeFileSync(installLock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const other = Number(readFileSync(installLock, 'utf8') || '0')
    if (other > 0 && !isAlive(other)) rmSync(installLock, { force: true })
    if (!said) process.stderr.write('  another process is installing packages: waiting for it …\n')
    said = true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  try {
    return await work()
  } finally {
    rmSync(installLock, { force: true })
  }
}

async function install(set, env) {
  const before = installed()
  if (before === 'all' || before === set) return
  await withInstallLock(() => installNow(set, env))
}

async function installNow(set, env) {
  const before = installed()
  if (before === 'all' || before === set) return
  // `npm ci` deletes node_modules, maybe under a running devnet: it is for empty folders only.
  const additive = existsSync(join(root, 'node_modules'))
  // A new lock file is no reason to take away what was installed for the tests.
  const wanted = set === 'start' && before === undefined && lastSet() !== 'all' ? startSet : []
  const args = [additive ? 'install' : 'ci', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted]
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  process.stderr.write(
    `  installing packages (npm ${args[0]}, ${set === 'start' ? 'what a start needs' : 'all'}; one to two minutes, once) …\n`,
  )
  const heartbeat = setInterval(() => process.stderr.write(`  … still installing, ${seconds()} s\n`), 10_000)
  let output = ''
  const { code, error } = await run('npm', args, env, { onOutput: (chunk) => (output += chunk) })
  clearInterval(heartbeat)
  if (code !== 0) {
    process.stderr.write(
      `INSTALL_FAILED: npm ${args[0]} ended with ${error?.message ?? code}:\n${output}\n` +
        'Nothing runs yet. Check that npm reaches its registry and that the disk has 2 GB free, then run the same command again.\n',
    )
    process.exit(1)
  }
  writeFileSync(installedAt, JSON.stringify({ lock: lockHash(), set: wanted.length > 0 ? set : 'all' }))
  process.stderr.write(`  packages installed in ${seconds()} s\n`)
}

/** Brings Node 24 and a package set; answers the Node binary and the environment to run with. */
export async function prepare(set) {
  const node = ensureNode24()
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const env = {
    ...process.env,
    PATH: path,
    ORT_DISABLE_TELEMETRY: '1',
    HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
  }
  await install(set, env)
  return { node, env }
}

async function main([name, ...args]) {
  const task = tasks[name]
  if (!task) {
    process.stderr.write(`USAGE: node scripts/bootstrap.mjs ${Object.keys(tasks).join('|')} [options]\n`)
    process.exit(2)
  }
  const { node, env } = await prepare(task.set)
  const { code, error } = await run(node, [join(root, task.script), ...args], env)
  if (error) process.stderr.write(`START_FAILED: ${task.script} could not be started: ${error.message}\n`)
  process.exit(code)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
