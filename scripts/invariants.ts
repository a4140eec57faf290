import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { createRunner, type Effort, type SuiteResult } from './invariants/campaign.ts'
import { runLanes } from './invariants/runLanes.ts'

const FOLDER = 'test/contracts/invariants'
const LEAST_SHARE = 0.01
const DEEP_CALLS = 1_000_000

const { values: options } = parseArgs({
  options: {
    deep: { type: 'boolean', default: false },
    runs: { type: 'string' },
    depth: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    suites: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const depth = Number(options.depth ?? 200)

/** Compiles everything, and counts the invariants of each file. */
async function compile(): Promise<Map<string, number>> {
  const hre = await createRunner({ runs: 1, depth })
  const build = hre.tasks.getTask('build')
  // The tests deploy what the compiler made of the contracts; alone they would take what lies there from before.
  await build.run({ quiet: true, noTests: true })
  await build.run({ quiet: true, files: globSync(`${FOLDER}/*.sol`).toSorted() })
  const counts = new Map<string, number>()
  for (const file of globSync(`${FOLDER}/*.t.sol`)) {
    const names = [...(await hre.artifacts.getAllFullyQualifiedNames())].filter((name) =>
      name.startsWith(`${file}:`),
    )
    for (const name of names) {
      const { abi } = await hre.artifacts.readArtifact(name)
      const found = (abi as { name?: string }[]).filter((entry) => entry.name?.startsWith('invariant_'))
      counts.set(file, (counts.get(file) ?? 0) + found.length)
    }
  }
  return counts
}

function printSuite({ name, selectors }: SuiteResult): void {
  console.log(`\n${name}: calls, successes, share`)
  for (const [selector, { calls, successes }] of Object.entries(selectors)) {
    const percent = `${((successes / calls) * 100).toFixed(1)} %`
    const numbers = `${String(calls).padStart(7)} ${String(successes).padStart(7)} ${percent.padStart(8)}`
    console.log(`  ${selector.padEnd(28)} ${numbers}`)
  }
}

const rareOf = ({ name, selectors }: SuiteResult): string[] =>
  Object.entries(selectors)
    .filter(([, { calls, successes }]) => !(successes / calls >= LEAST_SHARE))
    .map(([selector]) => `${name}.${selector}`)

const counts = await compile()
const invariants = [...counts.values()].reduce((sum, count) => sum + count, 0)
const wanted = options.suites?.split(',')
const files = [...counts]
  .filter(([file]) => wanted === undefined || wanted.includes(basename(file, '.t.sol')))
  .toSorted(([, a], [, b]) => b - a)
  .map(([file]) => file)
const runs = Number(options.runs ?? (options.deep ? Math.ceil(DEEP_CALLS / (depth * invariants)) : 26))
const effort: Effort = {
  runs,
  depth,
  ...(options.seed === undefined ? {} : { seed: options.seed }),
  ...(options.only === undefined ? {} : { only: options.only }),
}
const began = performance.now()
const suites = await runLanes(files, effort)
const seconds = Math.round((performance.now() - began) / 1000)
for (const suite of suites) printSuite(suite)

const tried = suites.reduce((sum, suite) => sum + suite.invariants, 0)
const totalCalls = suites.reduce((sum, { calls }) => sum + calls, 0)
const rare = suites.flatMap(rareOf)
const broken = suites.flatMap((suite) => suite.broken)
if (tried === 0) broken.push('no invariant was found')
if (options.deep && wanted === undefined && options.only === undefined && totalCalls < DEEP_CALLS) {
  broken.push(`only ${totalCalls} of ${DEEP_CALLS} handler calls`)
}
console.log(
  `\ntotal: ${totalCalls} handler calls (discarded ones not counted), ${tried} invariants, ${runs} runs of ${depth} each, ${seconds} s`,
)
for (const name of rare)
  console.log(`Too rare: ${name} succeeds in less than ${LEAST_SHARE * 100} % of its calls.`)
for (const name of broken) console.log(`Broken: ${name}`)

const failed = broken.length + rare.length
console.log(`${Math.max(0, tried - broken.length)} passed, ${failed} failed`)
if (options.json) {
  const selectors = Object.fromEntries(suites.map((suite) => [suite.name, suite.selectors]))
  console.log(
    JSON.stringify({ totalCalls, runs, depth, invariants: tried, seconds, broken, rare, selectors }),
  )
}
process.exitCode = failed === 0 ? 0 : 1
