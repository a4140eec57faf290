import { readFileSync } from 'node:fs'
import { type Mutant, type Suite, sourcesOf } from './mutant.ts'

type Operator = { name: string; from: RegExp; to: string }

const SEED = 20_261_124

const operators: readonly Operator[] = [
  { name: 'equal-to-unequal', from: / == /, to: ' != ' },
  { name: 'unequal-to-equal', from: / != /, to: ' == ' },
  { name: 'at-least-to-less', from: / >= /, to: ' < ' },
  { name: 'at-most-to-more', from: / <= /, to: ' > ' },
  { name: 'plus-to-minus', from: / \+ /, to: ' - ' },
  { name: 'add-to-set', from: / \+= /, to: ' = ' },
  { name: 'and-to-or', from: / && /, to: ' || ' },
  { name: 'require-removed', from: /^\s*require\(.*\);$/, to: '' },
  { name: 'true-to-false', from: / = true;/, to: ' = false;' },
]

const targets: readonly { file: string; suites: readonly Suite[] }[] = [
  { file: 'contracts/JobEscrow.sol', suites: ['Trees', 'Jobs', 'Disputes'] },
  { file: 'contracts/EscrowOpenings.sol', suites: ['Trees', 'Jobs', 'Orders'] },
  { file: 'contracts/EscrowOrders.sol', suites: ['OrderTrees', 'Orders'] },
  { file: 'contracts/EscrowBalances.sol', suites: ['Trees', 'Jobs', 'Disputes'] },
  { file: 'contracts/EscrowSettings.sol', suites: ['Trees', 'Jobs', 'Disputes'] },
  { file: 'contracts/ProviderRegistry.sol', suites: ['Trees', 'Stakes'] },
  { file: 'contracts/ModelRegistry.sol', suites: ['Trees', 'Models'] },
]

const isCode = (line: string) => !/^\s*(\/\/|\*|import|error|event|using)/.test(line)

function candidates(root: string): Mutant[] {
  const everything = sourcesOf(root)
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
    .join('\n')
  return targets.flatMap(({ file, suites }) => {
    const source = readFileSync(`${root}/${file}`, 'utf8')
    const lines = source.split('\n')
    const unique = lines.filter((line) => isCode(line) && lines.indexOf(line) === lines.lastIndexOf(line))
    return unique.flatMap((line) =>
      operators
        .filter(({ from }) => from.test(line) && everything.split(line).length === 2)
        .map(({ name, from, to }) => ({
          name: `${name}@${file.split('/').at(-1)?.replace('.sol', '')}:${lines.indexOf(line) + 1}`,
          find: line,
          replace: line.replace(from, to),
          why: line.trim(),
          suites,
        })),
    )
  })
}

/** Numbers in [0, 1) that are the same at every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Faults by operator, on lines drawn with a fixed seed. */
export function generate(root: string, count: number): Mutant[] {
  const random = randomNumbers(SEED)
  return candidates(root)
    .map((mutant) => ({ mutant, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ mutant }) => mutant)
}
