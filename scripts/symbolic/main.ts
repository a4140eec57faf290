import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensurePythonEnvironment } from '../python/environment.ts'
import { build } from './build.ts'
import { type Judgement, judge, type Unended } from './judge.ts'
import { outcomesOf } from './outcomes.ts'
import { type Halmos, runHalmos } from './runHalmos.ts'

const HALMOS = '0.3.3'
const CVC5 = '1.4.2'
const TIMEOUT_S = 180
const RUNNERS = 2

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const cache = `${root}/.dim-cache/symbolic`
const unended = JSON.parse(
  readFileSync(new URL('unended.json', import.meta.url), 'utf8'),
) as readonly Unended[]

async function prove(contract: string, checks: readonly string[], halmos: Halmos): Promise<Judgement[]> {
  const output = await runHalmos(contract, halmos)
  const outcomes = outcomesOf(output)
  const judged = checks.map((check) => {
    const outcome = outcomes.find(({ name }) => name === check)
    return judge(`${contract}.${check}`, outcome, unended)
  })
  for (const { check, ok, words } of judged) console.log(`  ${ok ? '✔' : '✖'} ${check} ${words}`)
  // Halmos dumps whole bytecodes with its warnings.
  const said = output.split('\n').filter((line) => !/^\s*(WARNING|\S{60,})/.test(line))
  if (judged.some(({ ok }) => !ok)) console.log(said.join('\n').replace(/^/gm, '    '))
  return judged
}

async function proveAll(queue: [string, readonly string[]][], halmos: Halmos): Promise<Judgement[]> {
  const judged: Judgement[] = []
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) judged.push(...(await prove(...next, halmos)))
  }
  await Promise.all(Array.from({ length: RUNNERS }, work))
  return judged
}

function fail(reason: string): 1 {
  console.log(`SYMBOLIC_FAILED: ${reason}\n0 passed, 1 failed`)
  return 1
}

function skip(reason: string): 0 {
  console.log(`skipped: ${reason}. Nothing was proven.`)
  return 0
}

async function main(): Promise<0 | 1> {
  if (process.platform === 'win32') return skip('halmos does not run on Windows')
  const folder = `${cache}/python-${HALMOS}-${CVC5}`
  const environment = ensurePythonEnvironment(folder, `halmos==${HALMOS}`, `cvc5==${CVC5}`)
  if (environment.kind === 'skipped') return skip(environment.reason)
  if (environment.kind === 'failed') return fail(environment.reason)
  const project = `${cache}/project`
  rmSync(project, { recursive: true, force: true })
  console.log('  compiling the contracts and the proofs …')
  const built = build(root, `${project}/out`)
  if (built.kind === 'failed') return fail(built.reason)
  console.log(`  running halmos ${HALMOS} (some minutes) …`)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
  const { program } = environment
  const halmos = { program, folder: project, timeoutS: TIMEOUT_S, stop: stop.signal }
  const queue = [...built.proofs].toSorted(([, some], [, others]) => others.length - some.length)
  const judged = await proveAll(queue, halmos)
  const failed = judged.filter(({ ok }) => !ok).length
  console.log(`${judged.length - failed} passed, ${failed} failed`)
  return failed === 0 && judged.length > 0 ? 0 : 1
}

process.exitCode = await main()
