import { globSync } from 'node:fs'
import { chdir } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import config from '../../hardhat.config.ts'
import { type FileReport, judgeCoverage, type Share } from './judgeCoverage.ts'

// Hardhat prints percents and writes lines only: the counts of statements are in the object that it keeps.
type Measured = { _coverage: { disableReport(): void; getReport(): Promise<Record<string, FileReport>> } }
type Compilers = {
  compilers: readonly { version: string; path: string; settings: object }[]
  npmFilesToBuild: readonly string[]
}

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const cache = '.dim-cache/coverage'
// What the deployed code costs, and how often it writes a slot, depends on its pipeline, which is not used here; and what invariants happen to
// reach differs from seed to seed: the trees have to reach all of it.
const notMeasured = '_Slots_|invariant_|_property_33_'

// Compiled without the IR pipeline, in minutes less; artifacts of its own, for marked code must never be deployed.
const { compilers, npmFilesToBuild } = config.solidity as Compilers
const solidity = {
  npmFilesToBuild: [...npmFilesToBuild],
  compilers: compilers.map((compiler) => ({
    ...compiler,
    settings: { ...compiler.settings, optimizer: { enabled: true, runs: 1 } },
  })),
}

/** Runs the Solidity tests on contracts whose every statement leaves a mark, those deployed by `vm.getCode` included. */
async function measure() {
  const paths = { ...config.paths, artifacts: `${cache}/artifacts`, cache: `${cache}/cache` }
  const environment = await createHardhatRuntimeEnvironment(
    { ...config, solidity, paths },
    { coverage: true },
  )
  const { _coverage: coverage } = environment as unknown as Measured
  coverage.disableReport()
  const outcome = await environment.tasks.getTask(['test', 'solidity']).run({ grepExclude: notMeasured })
  return { passed: outcome.success as boolean, report: await coverage.getReport() }
}

const cell = ({ covered, total }: Share) =>
  `${`${covered}/${total}`.padStart(9)} ${`${((covered / total) * 100).toFixed(1)} %`.padStart(8)}`
const sum = (shares: readonly Share[]): Share => ({
  covered: shares.reduce((all, { covered }) => all + covered, 0),
  total: shares.reduce((all, { total }) => all + total, 0),
})

chdir(fileURLToPath(new URL('../..', import.meta.url)))
const began = performance.now()
const { passed, report } = await measure()
const { contracts, failures } = judgeCoverage(globSync('contracts/{*,libraries/*}.sol').toSorted(), report)
const findings = [...(passed ? [] : ['tests fail on the measured contracts']), ...failures]

const row = (name: string, lines: Share, statements: Share) =>
  console.log(`  ${name.padEnd(40)} ${cell(lines)} ${cell(statements)}`)
console.log(
  `\n  ${'what the Solidity tests reach'.padEnd(40)} ${'lines'.padStart(18)} ${'statements'.padStart(18)}`,
)
for (const { path, lines, statements } of contracts) row(path, lines, statements)
row('all', sum(contracts.map(({ lines }) => lines)), sum(contracts.map(({ statements }) => statements)))
for (const finding of findings) console.log(`  ✖ ${finding}`)
console.log(`  in ${((performance.now() - began) / 1000).toFixed(0)} s`)
if (options.json) console.log(JSON.stringify({ contracts, findings }))
console.log(`${contracts.length - failures.length} passed, ${findings.length} failed`)
process.exitCode = findings.length === 0 ? 0 : 1
