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

// Compiled without the IR pipeline: ten times faster, and a fault is a fault either way. What gas costs is another
// matter: the channels are compiled as they are deployed for the tests that measure them.
const asDeployed = { DIM_CHANNELS_AS_DEPLOYED: '1' }
const config = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const compiler = { version: '0.8.37', path: require.resolve('solc/soljson.js') }
const deployed = { evmVersion: 'prague', viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } }
export default {
  solidity: {
    compilers: [{ ...compiler, settings: { evmVersion: 'prague', optimizer: { enabled: true, runs: 1 } } }],
    overrides: process.env.DIM_CHANNELS_AS_DEPLOYED
      ? { 'contracts/PaymentChannels.sol': { ...compiler, settings: deployed } }
      : {},
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
  OrderTrees: ['test/contracts/orders/*.t.sol'],
  PolicyTrees: ['test/contracts/policies/*.t.sol'],
  Receipts: ['test/contracts/anchor/*.t.sol', 'test/contracts/equivocation/*.t.sol'],
  Faults: ['test/contracts/faults/*.t.sol'],
  Gates: ['test/contracts/gates/*.t.sol'],
}
/** Of the gates, those of the one contract that is compiled as it is deployed. */
const only: Partial<Record<Suite, string>> = { Gates: 'property_33_aClaimRow' }
const environmentOf = (suites: readonly Suite[]) => (suites.includes('Gates') ? asDeployed : {})
const handlers: Partial<Record<Suite, string>> = { Channels: 'ChannelHandler', Orders: 'OrderHandler' }
const patternsOf = (suite: Suite): string[] =>
  trees[suite] ?? [
    `test/contracts/invariants/${suite}.t.sol`,
    `test/contracts/invariants/${handlers[suite] ?? 'Handler'}.sol`,
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

  function hardhat(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [`${root}/node_modules/hardhat/dist/src/cli.js`, ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...environment, FORCE_COLOR: '0', NO_COLOR: '1' },
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
      const chosen = only[suite] === undefined ? [] : ['--grep', only[suite]]
      const filter = ['--no-compile', '--grep-exclude', storeCounts, ...chosen]
      const { code, output } = await hardhat(['test', 'solidity', ...filter, ...filesOf(suite)])
      if (code === 0) continue
      const failing = /^\s+1\) (.+)$/m.exec(output)?.[1]
      if (failing === undefined || !/[1-9]\d* failing/.test(output)) {
        return { kind: 'invalid', reason: lastLines(output) }
      }
      return { kind: 'killed', by: `${suite}: ${failing}` }
    }
    return { kind: 'survived' }
  }

  /** Compiles what is deployed, and maybe more, as these suites need it, and runs them. */
  async function buildAndJudge(suites: readonly Suite[], ...more: string[]): Promise<Verdict> {
    const build = await hardhat(['build', ...new Set([...deployed, ...more])], environmentOf(suites))
    return build.code === 0 ? judge(suites) : { kind: 'invalid', reason: lastLines(build.output) }
  }

  return {
    /** Compiles contracts and tests, and runs the tests without a fault. */
    async judgeOriginal(suites: readonly Suite[]): Promise<Verdict> {
      const tests = [...globSync('contracts/mocks/*.sol', { cwd: folder }), ...suites.flatMap(filesOf)]
      const gates = suites.filter((suite) => suite === 'Gates')
      const others = suites.filter((suite) => suite !== 'Gates')
      const verdict = await buildAndJudge(others, ...tests)
      return verdict.kind === 'survived' && gates.length > 0 ? buildAndJudge(gates) : verdict
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
      const verdict = await buildAndJudge(suites, '--force')
      writeFileSync(path, original)
      return verdict
    },
  }
}

const lastLines = (output: string) => output.trim().split('\n').slice(-6).join(' | ')
