import { globSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import config from '../hardhat.config.ts'

type Metrics = { calls: bigint; reverts: bigint; discards: bigint }
type TestResult = {
  name: string
  status: string
  kind: { calls?: bigint; metrics?: Record<string, Metrics> }
}
type SuiteResult = { id: { name: string }; testResults: TestResult[] }
type Tally = { calls: number; successes: number }

const LEAST_SHARE = 0.01

const { values: options } = parseArgs({
  options: {
    deep: { type: 'boolean', default: false },
    runs: { type: 'string' },
    depth: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const runs = Number(options.runs ?? (options.deep ? 200 : 26))
const depth = Number(options.depth ?? (options.deep ? 500 : 200))
const { fuzz, invariant } = (config.test?.solidity ?? {}) as { fuzz?: object; invariant?: object }

const hre = await createHardhatRuntimeEnvironment({
  ...config,
  test: {
    solidity: {
      ...config.test?.solidity,
      fuzz: { ...fuzz, ...(options.seed === undefined ? {} : { seed: options.seed }) },
      invariant: { ...invariant, runs, depth },
    },
  },
})
// The tests deploy what the compiler made of the contracts; alone they would take what lies there from before.
await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
const outcome = await hre.tasks.getTask(['test', 'solidity']).run({
  testFiles: globSync('test/contracts/invariants/*.sol').toSorted(),
  ...(options.only === undefined ? {} : { grep: options.only }),
})
const { suiteResults } = (outcome.success ? outcome.value : outcome.error) as { suiteResults: SuiteResult[] }

/** A handler discards a call whose moment has not come; what is left did what its name says. */
function tallyOf({ testResults }: SuiteResult): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const [id, metrics] of testResults.flatMap(({ kind }) => Object.entries(kind.metrics ?? {}))) {
    const name = id.slice(id.lastIndexOf('.') + 1)
    const tally = tallies.get(name) ?? { calls: 0, successes: 0 }
    tally.calls += Number(metrics.calls)
    tally.successes += Number(metrics.calls - metrics.discards - metrics.reverts)
    tallies.set(name, tally)
  }
  return tallies
}

const results = suiteResults.flatMap(({ testResults }) => testResults)
const suites = suiteResults.map((suite) => ({ name: suite.id.name, tallies: tallyOf(suite) }))
const rare: string[] = []
for (const { name, tallies } of suites) {
  console.log(`\n${name}: calls, successes, share`)
  for (const [selector, { calls, successes }] of [...tallies].toSorted()) {
    const share = successes / calls
    if (!(share >= LEAST_SHARE)) rare.push(`${name}.${selector}`)
    const percent = `${(share * 100).toFixed(1)} %`
    console.log(
      `  ${selector.padEnd(28)} ${String(calls).padStart(7)} ${String(successes).padStart(7)} ${percent.padStart(8)}`,
    )
  }
}

const totalCalls = results.reduce((sum, { kind }) => sum + Number(kind.calls ?? 0n), 0)
const broken = results.filter(({ status }) => status !== 'Success').map(({ name }) => name)
if (results.length === 0) broken.push('no invariant was found')
console.log(
  `\n${totalCalls} handler calls (discarded ones not counted), ${runs} runs of ${depth} per invariant`,
)
for (const name of rare)
  console.log(`Too rare: ${name} succeeds in less than ${LEAST_SHARE * 100} % of its calls.`)
for (const name of broken) console.log(`Broken: ${name}`)

const failed = broken.length + rare.length
console.log(`${results.length - broken.length} passed, ${failed} failed`)
if (options.json) {
  const selectors = Object.fromEntries(
    suites.map(({ name, tallies }) => [name, Object.fromEntries([...tallies].toSorted())]),
  )
  console.log(
    JSON.stringify({ totalCalls, runs, depth, invariants: results.length, broken, rare, selectors }),
  )
}
process.exitCode = failed === 0 ? 0 : 1
