import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'

type Code = { object: string }
type CompiledContract = {
  abi: unknown
  metadata: string
  storageLayout: unknown
  evm: { bytecode: Code; deployedBytecode: Code; methodIdentifiers: Record<string, string> }
}
type CompilerOutput = {
  errors?: readonly { severity: string; formattedMessage: string }[]
  contracts?: Record<string, Record<string, CompiledContract>>
  sources: Record<string, { id: number; ast: unknown }>
}
type Compiler = {
  compile: (
    input: string,
    callbacks: { import: (path: string) => { contents?: string; error?: string } },
  ) => string
}

/** Checks of each contract that holds proofs. */
export type Proofs = ReadonlyMap<string, readonly string[]>
export type Build = { kind: 'done'; proofs: Proofs } | { kind: 'failed'; reason: string }

const FOLDER = 'test/contracts/symbolic'
const selected = [
  'abi',
  'metadata',
  'storageLayout',
  'evm.bytecode',
  'evm.deployedBytecode',
  'evm.methodIdentifiers',
]
const settings = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { '*': { '': ['ast'], '*': selected } },
}

function write(out: string, source: string, name: string, artifact: object): void {
  const folder = `${out}/${basename(source)}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(artifact))
}

function compileProofs(root: string): CompilerOutput {
  const solc = createRequire(import.meta.url)('solc') as Compiler
  const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8')
  const paths = globSync(`${FOLDER}/*.sol`, { cwd: root }).toSorted()
  const sources = Object.fromEntries(paths.map((path) => [path, { content: read(path) }]))
  const resolve = (path: string) => {
    try {
      return { contents: read(path.startsWith('@') ? `node_modules/${path}` : path) }
    } catch {
      return { error: `${path} is not there` }
    }
  }
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  return JSON.parse(solc.compile(input, { import: resolve })) as CompilerOutput
}

function writeProofs(out: string, { contracts = {}, sources }: CompilerOutput): Proofs {
  const proofs = new Map<string, string[]>()
  for (const [path, compiled] of Object.entries(contracts)) {
    for (const [name, { abi, metadata, storageLayout, evm }] of Object.entries(compiled)) {
      const prefixed = (code: Code) => ({ ...code, object: `0x${code.object}` })
      write(out, path, name, {
        abi,
        storageLayout,
        metadata: metadata === '' ? {} : JSON.parse(metadata),
        bytecode: prefixed(evm.bytecode),
        deployedBytecode: prefixed(evm.deployedBytecode),
        methodIdentifiers: evm.methodIdentifiers,
        ...sources[path],
      })
      const checks = Object.keys(evm.methodIdentifiers).filter((method) => /^(check|refute)_/.test(method))
      if (path.startsWith(FOLDER) && checks.length > 0) {
        proofs.set(name, checks.map((method) => method.slice(0, method.indexOf('('))).toSorted())
      }
    }
  }
  return proofs
}

/** The proofs find what is deployed by name, so it is what Hardhat made of it, with the deployment's settings. */
function writeDeployed(root: string, out: string): void {
  for (const path of globSync('artifacts/contracts/*.sol/*.json', { cwd: root })) {
    const { abi, bytecode } = JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as {
      abi: unknown
      bytecode: string
    }
    const name = basename(path, '.json')
    write(out, `${name}.sol`, name, { abi, bytecode: { object: bytecode }, ast: { nodes: [] } })
  }
}

/** Compiles contracts and proofs and lays both out as forge does, which halmos expects. */
export function build(root: string, out: string): Build {
  const cli = `${root}/node_modules/hardhat/dist/src/cli.js`
  const hardhat = spawnSync(process.execPath, [cli, 'build', '--no-tests', '--quiet'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (hardhat.status !== 0) {
    return { kind: 'failed', reason: `the contracts do not compile:\n${hardhat.stdout}${hardhat.stderr}` }
  }
  const output = compileProofs(root)
  const faults = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (faults.length > 0) {
    const reason = faults.map(({ formattedMessage }) => formattedMessage).join('\n')
    return { kind: 'failed', reason: `the proofs do not compile:\n${reason}` }
  }
  const proofs = writeProofs(out, output)
  writeDeployed(root, out)
  return { kind: 'done', proofs }
}
