import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { SlitherReport } from './findings.ts'

type Analysis = { kind: 'done'; report: SlitherReport } | { kind: 'failed'; reason: string }

// Slither reads the syntax tree: without the IR pipeline it is the same, ten times faster.
const config = `import { createRequire } from 'node:module'
const path = createRequire(import.meta.url).resolve('solc/soljson.js')
export default { solidity: { version: '0.8.37', path, settings: { evmVersion: 'prague' } } }
`

function createProject(root: string, folder: string): void {
  for (const part of ['contracts', 'artifacts', 'cache', 'report.json']) {
    rmSync(`${folder}/${part}`, { recursive: true, force: true })
  }
  mkdirSync(folder, { recursive: true })
  cpSync(`${root}/contracts`, `${folder}/contracts`, { recursive: true })
  if (!existsSync(`${folder}/node_modules`)) symlinkSync(`${root}/node_modules`, `${folder}/node_modules`)
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n')
  writeFileSync(`${folder}/hardhat.config.ts`, config)
}

function run(program: string, args: string[], cwd: string): { status: number | null; output: string } {
  const env = { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NO_COLOR: '1' }
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  return { status, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim().slice(-4000) }
}

/** Compiles a copy of the contracts into clean artifacts and runs slither on those. */
export function analyse(root: string, folder: string, slither: string): Analysis {
  createProject(root, folder)
  const cli = `${root}/node_modules/hardhat/dist/src/cli.js`
  const build = run(process.execPath, [cli, 'build', '--no-tests'], folder)
  if (build.status !== 0) return { kind: 'failed', reason: `the contracts do not compile:\n${build.output}` }
  const file = `${folder}/report.json`
  const filter = 'node_modules|npm/|mocks|\\.t\\.sol'
  const { output } = run(slither, ['.', '--ignore-compile', '--filter-paths', filter, '--json', file], folder)
  // The exit status counts findings; whether it ran at all stands in the report.
  if (!existsSync(file)) return { kind: 'failed', reason: `slither wrote no report:\n${output}` }
  const report = JSON.parse(readFileSync(file, 'utf8')) as SlitherReport
  if (!report.success) return { kind: 'failed', reason: `slither failed: ${report.error}` }
  if (!/analyzed \([1-9]\d* contracts with [1-9]\d* detectors\)/.test(output)) {
    return { kind: 'failed', reason: `slither does not say what it analysed:\n${output}` }
  }
  return { kind: 'done', report }
}
