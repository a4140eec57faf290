import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

type Check = { name: string; command: [string, ...string[]]; alwaysPrint?: boolean }
type Outcome = { name: string; ok: boolean; seconds: number; output: string; print: boolean }

const node = (script: string, ...args: string[]): [string, ...string[]] => [process.execPath, script, ...args]

const checks: Check[] = [
  {
    name: 'types',
    command: ['tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', '.dim-cache/types.tsbuildinfo'],
  },
  { name: 'types of the web', command: ['tsc', '-p', 'packages/web'] },
  { name: 'gas: targets, snapshot (property 33)', command: node('bench/gas.ts', '--check') },
  { name: 'unused code (knip)', command: ['knip', '--no-progress'] },
  { name: 'import rules (dependency-cruiser)', command: node('scripts/checks/imports.ts') },
  { name: 'solidity lint (solhint)', command: ['solhint', '--max-warnings', '0', 'contracts/**/*.sol'] },
  { name: 'format and lint (biome)', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'generated ABIs', command: node('scripts/abis.ts', '--check') },
  {
    name: 'storage layout and code size',
    command: node('scripts/checks/storageLayout.ts'),
    alwaysPrint: true,
  },
  { name: 'exported deployments', command: node('scripts/deployments.ts', '--check') },
  {
    name: 'workspaces (sherif)',
    command: ['sherif', '--fail-on-warnings', '-r', 'root-package-dependencies'],
  },
  { name: 'no bare errors', command: node('scripts/checks/bareErrors.ts') },
  { name: 'lock file', command: node('scripts/checks/lockFile.ts') },
]

function run({ name, command: [program, ...args], alwaysPrint = false }: Check): Promise<Outcome> {
  const began = performance.now()
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const done = (ok: boolean) =>
      resolve({ name, ok, seconds: (performance.now() - began) / 1000, output, print: alwaysPrint || !ok })
    const keep = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => {
      output += error.message
      done(false)
    })
    child.on('close', (code) => done(code === 0))
  })
}

function report({ name, ok, seconds, output, print }: Outcome): void {
  console.log(`  ${ok ? '✔' : '✖'} ${name.padEnd(36)} ${seconds.toFixed(1)} s`)
  if (print) console.log(output.trimEnd().replace(/^/gm, '    '))
}

// ABIs, gas and layout are read from what the compiler made.
const compiled = await run({ name: 'compile', command: ['hardhat', 'build', '--no-tests', '--quiet'] })
if (!compiled.ok) report(compiled)

const queue = [...checks]
const outcomes: Outcome[] = []
const worker = async () => {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const outcome = await run(check)
    outcomes.push(outcome)
    report(outcome)
  }
}
await Promise.all(Array.from({ length: Math.min(4, Math.max(2, availableParallelism())) }, worker))

const failed = outcomes.filter(({ ok }) => !ok).length
console.log(`${outcomes.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
