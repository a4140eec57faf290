import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type PythonEnvironment =
  | { kind: 'ready'; program: (name: string) => string }
  | { kind: 'skipped'; reason: string }
  | { kind: 'failed'; reason: string }

type Ran = { ok: boolean; output: string }

const minimum = [3, 10] as const

function run(program: string, ...args: string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() }
}

function isRecent(python: string): boolean {
  const { ok } = run(python, '-c', `import sys; sys.exit(sys.version_info < (${minimum.join(', ')}))`)
  return ok
}

/** A Python environment of the repository's own in `folder`, with pinned packages; made on first use. */
export function ensurePythonEnvironment(folder: string, ...requirements: string[]): PythonEnvironment {
  const requirement = requirements.join(' and ')
  const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
  const program = (name: string) => join(programs, name)
  const complete = join(folder, '.complete')
  if (existsSync(complete) && run(program('python'), '--version').ok) return { kind: 'ready', program }

  const python = ['python3', 'python'].find(isRecent)
  if (python === undefined) return { kind: 'skipped', reason: `no Python 3 (${minimum.join('.')} or later)` }
  if (!run(python, '-c', 'import venv, ensurepip').ok) {
    return { kind: 'skipped', reason: `no Python 3 with venv (${python} lacks it; Debian: python3-venv)` }
  }
  console.log(`  making a Python environment with ${requirement} (half a minute, once) …`)
  rmSync(folder, { recursive: true, force: true })
  const made = run(python, '-m', 'venv', folder)
  if (!made.ok) return { kind: 'failed', reason: `${python} -m venv failed:\n${made.output}` }
  const began = performance.now()
  const installed = run(program('python'), '-m', 'pip', 'install', '--quiet', '--no-input', ...requirements)
  if (!installed.ok) {
    const advice = 'Check that pip reaches its index, then run the same command again.'
    return { kind: 'failed', reason: `pip could not install ${requirement}. ${advice}\n${installed.output}` }
  }
  writeFileSync(complete, requirement)
  console.log(`  installed in ${Math.round((performance.now() - began) / 1000)} s`)
  return { kind: 'ready', program }
}
