import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import solc from 'solc'

type Member = { label: string; slot: string; offset: number; type: string }
type Layout = {
  storage: readonly Member[]
  types: Record<string, { label: string; numberOfBytes: string; members?: readonly Member[] }> | null
}
type Output = {
  errors?: readonly { severity: string; formattedMessage: string }[]
  contracts?: Record<string, Record<string, { storageLayout?: Layout }>>
}
type Snapshot = Record<string, { variables: string[]; structs: Record<string, string[]> }>

const MAX_RUNTIME_BYTES = 24_576
const MAX_CREATION_BYTES = 49_152

const root = new URL('../..', import.meta.url)
const file = new URL('test/contracts/storage.snap.json', root)
const names = [
  'CoreDeployer',
  'EquivocationDeployer',
  'EquivocationModule',
  'JobEscrow',
  'ModelRegistry',
  'PaymentChannels',
  'ProviderRegistry',
  'ReceiptAnchor',
]

function findSource(path: string): { contents: string } | { error: string } {
  for (const folder of ['', 'node_modules/']) {
    try {
      return { contents: readFileSync(new URL(`${folder}${path}`, root), 'utf8') }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return { error: `${path} is not there` }
}

// A compilation of its own, for the layout alone: the artifacts stay as they are.
function compileLayouts(): Output {
  const sources = Object.fromEntries(
    names.map((name) => {
      const path = `contracts/${name}.sol`
      return [path, { content: readFileSync(new URL(path, root), 'utf8') }]
    }),
  )
  const settings = { evmVersion: 'prague', outputSelection: { '*': { '*': ['storageLayout'] } } }
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  return JSON.parse(solc.compile(input, { import: findSource })) as Output
}

// Labels, not identifiers: those carry numbers of the syntax tree, which move with every edit.
function describe({ storage, types }: Layout): Snapshot[string] {
  const line = ({ slot, offset, label, type }: Member) => {
    const { label: typeLabel = type, numberOfBytes = '?' } = types?.[type] ?? {}
    return `slot ${slot}, byte ${offset}: ${typeLabel} ${label} (${numberOfBytes} bytes)`
  }
  const structs = Object.values(types ?? {})
    .filter(({ members }) => members !== undefined)
    .map(({ label, members = [] }) => [label, members.map(line)] as const)
  return { variables: storage.map(line), structs: Object.fromEntries(structs.toSorted()) }
}

function takeSnapshot(): Snapshot {
  const { contracts, errors = [] } = compileLayouts()
  for (const { severity, formattedMessage } of errors) {
    if (severity === 'error') console.error(formattedMessage)
  }
  const layouts = names.flatMap((name) => {
    const layout = contracts?.[`contracts/${name}.sol`]?.[name]?.storageLayout
    return layout === undefined ? [] : [[name, describe(layout)] as const]
  })
  return Object.fromEntries(layouts)
}

function readSnapshot(): Snapshot {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Snapshot
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function layoutFindings(): string[] {
  const now = takeSnapshot()
  const missing = names.filter((name) => now[name] === undefined)
  if (missing.length > 0) return [`the compiler gave no layout of ${missing.join(', ')}`]
  if (process.argv.includes('--update')) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`)
  const before = readSnapshot()
  return [...new Set([...names, ...Object.keys(before)])]
    .filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]))
    .map(
      (name) =>
        `the storage of ${name} is not that of ${fileURLToPath(file)}; if that is meant, run node scripts/checks/storageLayout.ts --update\n` +
        `  before: ${JSON.stringify(before[name])}\n  now:    ${JSON.stringify(now[name])}`,
    )
}

const byteLength = (hex: string) => (hex.length - 2) / 2

function sizeFindings(name: string): string[] {
  const artifact = readFileSync(new URL(`artifacts/contracts/${name}.sol/${name}.json`, root), 'utf8')
  const { bytecode, deployedBytecode } = JSON.parse(artifact) as Record<string, string>
  const creation = byteLength(bytecode ?? '')
  const runtime = byteLength(deployedBytecode ?? '')
  const margin = MAX_RUNTIME_BYTES - runtime
  console.log(
    `  ${name.padEnd(22)} ${runtime} bytes of ${MAX_RUNTIME_BYTES}, ${margin} left; creation ${creation}`,
  )
  return [
    ...(runtime > 0 && margin > 0 ? [] : [`${name} does not fit: its code has ${runtime} bytes`]),
    ...(creation <= MAX_CREATION_BYTES
      ? []
      : [`${name} cannot be deployed: ${creation} bytes of creation code`]),
  ]
}

const findings = [...layoutFindings(), ...names.flatMap(sizeFindings)]
for (const finding of findings) console.error(finding)
process.exitCode = findings.length === 0 ? 0 : 1
