import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

type Suite = {
  name: string
  group: string
  command: string[]
  count: (output: string) => Count
  /** Its program may be missing on this machine; it then ends well and says `skipped: …` in a line of its own. */
  maySkip?: boolean
}
type Count = { passed: number; failed: number }

const lastNumber = (output: string, pattern: RegExp) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0)
const nodeTests = (output: string): Count => ({
  passed: lastNumber(output, /^ℹ pass (\d+)/gm),
  failed: lastNumber(output, /^ℹ fail (\d+)/gm),
})
const summedLine = (output: string): Count => ({
  passed: lastNumber(output, /^(\d+) passed, \d+ failed/gm),
  failed: lastNumber(output, /^\d+ passed, (\d+) failed/gm),
})
const solidity = (output: string): Count => ({
  passed: lastNumber(output, /(\d+) passing/g),
  failed: lastNumber(output, /(\d+) failing/g),
})
const exitCodeOnly = (): Count => ({ passed: 0, failed: 0 })

function nodeSuite(name: string, group: string, patterns: string[]): Suite {
  const files = globSync(patterns).toSorted()
  return {
    name,
    group,
    command: [process.execPath, '--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
    count: nodeTests,
  }
}

const script = (path: string, ...args: string[]) => [process.execPath, path, ...args]

const always = 'always'

const suites: Suite[] = [
  { name: 'compile', group: always, command: ['hardhat', 'build', '--no-tests'], count: exitCodeOnly },
  { name: 'checks', group: 'check', command: script('scripts/check.ts'), count: summedLine },
  nodeSuite('unit', 'unit', [
    'packages/{sdk,node}/src/**/*.test.ts',
    'bench/**/*.test.ts',
    'scripts/**/*.test.ts',
  ]),
  {
    name: 'contracts',
    group: 'contracts',
    command: ['hardhat', 'test', 'solidity', '--grep-exclude', 'invariant_'],
    count: solidity,
  },
  { name: 'invariants', group: 'contracts', command: script('scripts/invariants.ts'), count: summedLine },
  {
    name: 'slither',
    group: 'contracts',
    command: script('scripts/slither/main.ts'),
    count: summedLine,
    maySkip: true,
  },
  {
    name: 'mutants',
    group: 'contracts',
    command: script('scripts/mutants/main.ts', '--count', '5'),
    count: summedLine,
  },
  nodeSuite('integration', 'integration', [
    'test/contracts/**/*.test.ts',
    'test/integration/**/*.test.ts',
    'test/hostile/**/*.test.ts',
  ]),
  nodeSuite('end to end', 'e2e', ['test/e2e/**/*.test.ts']),
  {
    name: 'web build',
    group: 'web',
    command: ['npm', 'run', 'build', '-w', 'packages/web'],
    count: exitCodeOnly,
  },
]

function run([program = '', ...args]: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0' },
    })
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on('data', (chunk) => {
        output += chunk
        to.write(chunk)
      })
    }
    child.on('error', (error) => resolve({ ok: false, output: output + error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

const skipped = ({ maySkip = false }: Suite, output: string): string | undefined =>
  maySkip ? /^skipped: .+$/m.exec(output)?.[0] : undefined

/** A suite that ends badly without naming a failure, or that ran nothing, counts as one failure. */
function judge(suite: Suite, ok: boolean, output: string): Count {
  const { passed, failed } = suite.count(output)
  if (!ok) return { passed, failed: Math.max(1, failed) }
  if (skipped(suite, output) !== undefined) return { passed: 0, failed: 0 }
  if (suite.count === exitCodeOnly) return { passed: 1, failed: 0 }
  return passed === 0 ? { passed, failed: Math.max(1, failed) } : { passed, failed }
}

const groups = process.argv.slice(2)
const wanted = suites.filter(
  ({ group }) => group !== always && (groups.length === 0 || groups.includes(group)),
)
const chosen =
  wanted.length === 0 ? [] : suites.filter((suite) => suite.group === always || wanted.includes(suite))
const totals: Count = { passed: 0, failed: 0 }
const lines: string[] = []
for (const suite of chosen) {
  const began = performance.now()
  console.log(`\n── ${suite.name} ${'─'.repeat(Math.max(0, 70 - suite.name.length))}`)
  const { ok, output } = await run(suite.command)
  const { passed, failed } = judge(suite, ok, output)
  totals.passed += passed
  totals.failed += failed
  const reason = ok ? skipped(suite, output) : undefined
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  lines.push(
    `  ${failed === 0 ? '✔' : '✖'} ${suite.name.padEnd(14)} ${passed} passed, ${failed} failed, ${seconds} s${reason ? ` (${reason})` : ''}`,
  )
}
if (chosen.length === 0) {
  console.error(
    `USAGE: npm test [-- ${[...new Set(suites.map(({ group }) => group).filter((group) => group !== always))].join('|')} …]`,
  )
  totals.failed = 1
}
console.log(`\n${lines.join('\n')}\n`)
console.log(`${totals.passed} passed, ${totals.failed} failed`)
process.exitCode = totals.failed === 0 ? 0 : 1
