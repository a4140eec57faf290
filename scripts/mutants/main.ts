import { cpSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { catalogue } from './catalogue.ts'
import { channelCatalogue } from './channelCatalogue.ts'
import { generate } from './generate.ts'
import type { Mutant, Suite } from './mutant.ts'
import { orderCatalogue } from './orderCatalogue.ts'
import { policyCatalogue } from './policyCatalogue.ts'
import { createProject, type Verdict } from './project.ts'
import { numberedTests, properties } from './properties.ts'

type Outcome = { mutant: Mutant; verdict: Verdict; seconds: number }

const GENERATED = 12

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    count: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const all = [
  ...catalogue,
  ...channelCatalogue,
  ...orderCatalogue,
  ...policyCatalogue,
  ...generate(root, GENERATED),
]
const chosen = options.only
  ? all.filter(({ name }) => options.only?.split(',').includes(name))
  : all.slice(0, options.count === undefined ? undefined : Number(options.count))

const lanes = Math.min(2, availableParallelism(), Math.max(1, chosen.length))
const folder = (lane: number) => `${root}/.dim-cache/mutants/${lane}`

async function createProjects() {
  const first = createProject(root, folder(0))
  const suites = [...new Set(chosen.flatMap((mutant) => mutant.suites))].toSorted() as Suite[]
  const verdict = await first.judgeOriginal(suites)
  if (verdict.kind !== 'survived') {
    console.log(`The tests do not pass without a fault: ${JSON.stringify(verdict)}\n0 passed, 1 failed`)
    process.exit(1)
  }
  const others = Array.from({ length: lanes - 1 }, (_, index) => {
    rmSync(folder(index + 1), { recursive: true, force: true })
    cpSync(folder(0), folder(index + 1), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    })
    return createProject(root, folder(index + 1))
  })
  return [first, ...others]
}

function report({ mutant, verdict, seconds }: Outcome): void {
  const property = mutant.property === undefined ? '' : ` (property ${mutant.property})`
  const mark = verdict.kind === 'killed' ? '✔' : '✖'
  const detail =
    verdict.kind === 'killed'
      ? `killed by ${verdict.by}`
      : verdict.kind === 'survived'
        ? 'SURVIVED'
        : `INVALID: ${verdict.reason}`
  console.log(`  ${mark} ${mutant.name}${property}: ${mutant.why}\n      ${detail}, ${seconds.toFixed(0)} s`)
}

type Project = Awaited<ReturnType<typeof createProjects>>[number]

async function work(project: Project, queue: Mutant[], outcomes: Outcome[]): Promise<void> {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const began = performance.now()
    const verdict = await project.judgeMutant(mutant)
    const outcome = { mutant, verdict, seconds: (performance.now() - began) / 1000 }
    outcomes.push(outcome)
    report(outcome)
  }
}

/** A line per property; answers the properties that no test carries by number, or whose faults nobody planted. */
function reportProperties(outcomes: readonly Outcome[]): number[] {
  const tests = numberedTests(root)
  console.log('\nproperty: tests, faults found of those planted')
  return properties.filter((property) => {
    const names = tests.get(property) ?? []
    const planted = outcomes.filter(({ mutant }) => mutant.property === property)
    const found = planted.filter(({ verdict }) => verdict.kind === 'killed')
    const faults = planted.map(({ mutant }) => mutant.name).join(', ')
    console.log(`  ${String(property).padStart(2)}: ${names.length}, ${found.length} of ${planted.length}`)
    console.log(`      ${names.join(', ') || 'NO TEST'}\n      ${faults || 'NO FAULT'}`)
    return names.length === 0 || planted.length === 0
  })
}

if (chosen.length === 0) {
  console.log(`There is no mutant named ${options.only}.\n0 passed, 1 failed`)
  process.exit(1)
}
console.log(`${chosen.length} faults, one at a time; each must make a test fail`)
const projects = await createProjects()
const queue = [...chosen]
const outcomes: Outcome[] = []
await Promise.all(projects.map((project) => work(project, queue, outcomes)))

const killed = outcomes.filter(({ verdict }) => verdict.kind === 'killed').length
const holes = chosen.length === all.length ? reportProperties(outcomes) : []
for (const property of holes) console.log(`Property ${property} has no test of its number, or no fault.`)
console.log(`${killed} passed, ${outcomes.length - killed + holes.length} failed`)
if (options.json) {
  const mutants = outcomes.map(({ mutant, verdict, seconds }) => ({
    name: mutant.name,
    property: mutant.property,
    ...verdict,
    seconds: Math.round(seconds),
  }))
  console.log(JSON.stringify({ mutants, killed, total: outcomes.length, holes }))
}
process.exitCode = killed === outcomes.length && holes.length === 0 ? 0 : 1
