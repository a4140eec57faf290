import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `timeoutS` is for one query; `stop` ends halmos, and its solvers notice. */
export type Halmos = {
  program: (name: string) => string
  folder: string
  timeoutS: number
  stop: AbortSignal
}

const solver = fileURLToPath(new URL('solve.py', import.meta.url))

/**
 * Halmos calls forge to build, and everything is built. It also makes a folder for solvers in the home folder, and leaves
 * queries that were not answered in the one for temporary files.
 */
function createStandIns(folder: string): { bin: string; home: string; queries: string } {
  const [bin, home, queries] = [`${folder}/bin`, `${folder}/home`, `${folder}/queries`]
  for (const made of [bin, home, queries]) mkdirSync(made, { recursive: true })
  writeFileSync(`${bin}/forge`, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  return { bin, home, queries }
}

/** Runs the proofs of one contract and answers what halmos printed. */
export function runHalmos(contract: string, { program, folder, timeoutS, stop }: Halmos): Promise<string> {
  const { bin, home, queries } = createStandIns(folder)
  const args = [
    `--root=${folder}`,
    `--contract=${contract}`,
    '--function=(check|refute)_',
    '--no-status',
    '--early-exit',
    `--solver-command='${program('python')}' '${solver}' '${program('yices-smt2')}'`,
    `--solver-timeout-assertion=${timeoutS}s`,
    '--solver-threads=1',
  ]
  const env = {
    PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    TMPDIR: queries,
    // A line of the log is not to be broken.
    COLUMNS: '1000',
    PYTHONDONTWRITEBYTECODE: '1',
  }
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program('halmos'), args, {
      cwd: folder,
      env,
      signal: stop,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const keep = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => {
      output += error.message
    })
    child.on('close', () => resolve(output))
  })
}
