import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import config from '../../hardhat.config.ts'

type Metrics = { calls: bigint; reverts: bigint; discards: bigint }
type TestResult = {
  name: string
  status: string
  kind: { calls?: bigint; metrics?: Record<string, Metrics> }
}
type RunnerResult = { id: { name: string }; testResults: TestResult[] }

export type Effort = { runs: number; depth: number; seed?: string; only?: string }
type Tally = { calls: number; successes: number }
export type SuiteResult = {
  name: string
  invariants: number
  broken: string[]
  calls: number
  selectors: Record<string, Tally>
}

/** Hardhat with the project's own settings, but for how long it tries. */
export const createRunner = ({ runs, depth, seed }: Effort) => {
  const { fuzz, invariant } = (config.test?.solidity ?? {}) as { fuzz?: object; invariant?: object }
  return createHardhatRuntimeEnvironment({
    ...config,
    test: {
      solidity: {
        ...config.test?.solidity,
        fuzz: { ...fuzz, ...(seed === undefined ? {} : { seed }) },
        invariant: { ...invariant, runs, depth },
      },
    },
  })
}

/** A handler discards a call whose moment has not come; what is left did what its name says. */
function selectorsOf(results: readonly TestResult[]): Record<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const [id, metrics] of results.flatMap(({ kind }) => Object.entries(kind.metrics ?? {}))) {
    const name = id.slice(id.lastIndexOf('.') + 1)
    const tally = tallies.get(name) ?? { calls: 0, successes: 0 }
    tally.calls += Number(metrics.calls)
    tally.successes += Number(metrics.calls - metrics.discards - metrics.reverts)
    tallies.set(name, tally)
  }
  return Object.fromEntries([...tallies].toSorted())
}

const summaryOf = ({ id, testResults }: RunnerResult): SuiteResult => ({
  name: id.name,
  invariants: testResults.length,
  broken: testResults.filter(({ status }) => status !== 'Success').map(({ name }) => `${id.name}.${name}`),
  calls: testResults.reduce((sum, { kind }) => sum + Number(kind.calls ?? 0n), 0),
  selectors: selectorsOf(testResults),
})

/** Runs the invariants of a file, which must be compiled, and counts what the handlers did. */
export async function runCampaign(file: string, effort: Effort): Promise<SuiteResult[]> {
  const hre = await createRunner(effort)
  const outcome = await hre.tasks.getTask(['test', 'solidity']).run({
    testFiles: [file],
    noCompile: true,
    ...(effort.only === undefined ? {} : { grep: effort.only }),
  })
  const { suiteResults } = (outcome.success ? outcome.value : outcome.error) as {
    suiteResults: RunnerResult[]
  }
  return suiteResults.map(summaryOf)
}
