import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type Mutant, type Suite, sourcesOf } from './mutant.ts'

export type Verdict =
  | { kind: 'killed'; by: string }
  | { kind: 'survived' }
  | { kind: 'invalid'; reason: string }

type Run = { code: number; output: string }

// Compiled without the IR pipeline: ten times faster, and a fault is a fault either way.
const config = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export default {
  solidity: {
    compilers: [
      {
        version: '0.8.37',
        path: require.resolve('solc/soljson.js'),
        settings: { evmVersion: 'prague', optimizer: { enabled: true, runs: 1 } },
      },
    ],
  },
  paths: { tests: { solidity: 'test/contracts' } },
  test: {
    solidity: {
      fuzz: { runs: 16 },
      invariant: {
        runs: 12,
        depth: 200,
        failOnRevert: true,
        shrinkRunLimit: 0,
        includeStorage: false,
        includePushBytes: false,
        dictionaryWeight: 0,
      },
    },
  },
}
`

// How often a slot is written depends on the pipeline, and that of the deployment is not used here.
const storeCounts = '_Slots_'

const deployed = [
  'contracts/CoreDeployer.sol',
  'contracts/EquivocationDeployer.sol',
  'contracts/EquivocationModule.sol',
  'contracts/JobEscrow.sol',
  'contracts/ModelRegistry.sol',
  'contracts/PaymentChannels.sol',
  'contracts/ProviderRegistry.sol',
  'contracts/ReceiptAnchor.sol',
]

const trees: Partial<Record<Suite, string[]>> = {
  Trees: ['test/contracts/*.t.sol'],
  ChannelTrees: ['test/contracts/channels/*.t.sol'],
  PolicyTrees: ['test/contracts/policies/*.t.sol'],
  Receipts: ['test/contracts/anchor/*.t.sol', 'test/contracts/equivocation/*.t.sol'],
}
const patternsOf = (suite: Suite): string[] =>
  trees[suite] ?? [
    `test/contracts/invariants/${suite}.t.sol`,
    `test/contracts/invariants/${suite === 'Channels' ? 'ChannelHandler' : 'Handler'}.sol`,
  ]

/** A copy of contracts and Solidity tests with a cache of its own, in which one fault at a time is planted. */
export function createProject(root: string, folder: string) {
  mkdirSync(folder, { recursive: true })
  for (const part of ['contracts', 'test/contracts']) {
    rmSync(`${folder}/${part}`, { recursive: true, force: true })
    cpSync(`${root}/${part}`, `${folder}/${part}`, { recursive: true, preserveTimestamps: true })
  }
  if (!existsSync(`${folder}/node_modules`)) symlinkSync(`${root}/node_modules`, `${folder}/node_modules`)
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n')
  writeFileSync(`${folder}/hardhat.config.ts`, config)

  function hardhat(...args: string[]): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [`${root}/node_modules/hardhat/dist/src/cli.js`, ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
      })
      let output = ''
      const keep = (chunk: Buffer) => {
        output += chunk
      }
      child.stdout.on('data', keep)
      child.stderr.on('data', keep)
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, output }))
    })
  }

  const filesOf = (suite: Suite): string[] => globSync(patternsOf(suite), { cwd: folder }).toSorted()

  /** Whether a test of these suites fails on the contracts as they were compiled last. */
  async function judge(suites: readonly Suite[]): Promise<Verdict> {
    for (const suite of suites) {
      const { code, output } = await hardhat(
        'test',
        'solidity',
        '--no-compile',
        '--grep-exclude',
        storeCounts,
        ...filesOf(suite),
      )
      if (code === 0) continue
      const failing = /^\s+1\) (.+)$/m.exec(output)?.[1]
      if (failing === undefined || !/[1-9]\d* failing/.test(output)) {
        return { kind: 'invalid', reason: lastLines(output) }
      }
      return { kind: 'killed', by: `${suite}: ${failing}` }
    }
    return { kind: 'survived' }
  }

  return {
    /** Compiles contracts and tests, and runs the tests without a fault. */
    async judgeOriginal(suites: readonly Suite[]): Promise<Verdict> {
      const mocks = globSync('contracts/mocks/*.sol', { cwd: folder })
      const build = await hardhat('build', ...new Set([...deployed, ...mocks, ...suites.flatMap(filesOf)]))
      return build.code === 0 ? judge(suites) : { kind: 'invalid', reason: lastLines(build.output) }
    },
    /** Compiles the contracts with the fault. The tests, which deploy what is in `artifacts`, stay as they are. */
    async judgeMutant({ find, replace, suites }: Mutant): Promise<Verdict> {
      const places = sourcesOf(folder).flatMap((file) => {
        const path = `${folder}/${file}`
        const original = readFileSync(path, 'utf8')
        return Array.from({ length: original.split(find).length - 1 }, () => ({ path, original }))
      })
      const [place] = places
      if (place === undefined || places.length > 1) {
        return {
          kind: 'invalid',
          reason: `its text stands ${places.length} times in the contracts, not once`,
        }
      }
      const { path, original } = place
      const faulty = original.replace(find, () => replace)
      writeFileSync(path, faulty)
      const build = await hardhat('build', '--force', ...deployed)
      writeFileSync(path, original)
      return build.code === 0 ? judge(suites) : { kind: 'invalid', reason: lastLines(build.output) }
    },
  }
}

const lastLines = (output: string) => output.trim().split('\n').slice(-6).join(' | ')
