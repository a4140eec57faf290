import { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { AddCommand, Runner } from './command.ts'
import type { Io } from './io.ts'

/** Loaded only when asked for: a whole node's code takes a second to read. */
const nouns: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import('./run/run.ts')).addRun,
  model: async () => (await import('./model/model.ts')).addModel,
  job: async () => (await import('./job/job.ts')).addJob,
  cabinet: async () => (await import('./cabinet/cabinet.ts')).addCabinet,
  wallet: async () => (await import('./wallet/wallet.ts')).addWallet,
  verify: async () => (await import('./verify/verify.ts')).addVerify,
  node: async () => (await import('./node/node.ts')).addNode,
  config: async () => (await import('./config/config.ts')).addConfig,
  devnet: async () => (await import('./devnet/devnet.ts')).addDevnet,
}

const optionsWithValue = new Set(['--config', '--network', '--wallet'])

/** The whole command line, or the part of it that `io.args` name; nothing runs until it is parsed. */
export async function createProgram(io: Io, run: Runner): Promise<Command> {
  const program = new Command('dim')
    .description('Publish, serve, buy and check inferences of ONNX models.')
    .version(packageJson.version, '--version', 'print the version')
    .option('--json', 'print the result as one line of JSON')
    .option('--quiet', 'print no progress')
    .option('--config <file>', 'configuration file (default: config.yaml in DIM_HOME)')
    .option('--network <network>', 'devnet, a devnet folder, or the URL of a node')
    .option('--wallet <name>', 'which wallet signs (default: "default")')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => {},
    })
    .exitOverride()
  const noun = nounOf(io.args)
  const wanted = noun === undefined ? Object.values(nouns) : [noun]
  for (const load of wanted) {
    const add = await load()
    add(program, run)
  }
  inherit(program)
  return program
}

function nounOf(args: readonly string[]): (() => Promise<AddCommand>) | undefined {
  const first = args.find((arg, at) => !arg.startsWith('-') && !optionsWithValue.has(args[at - 1] ?? ''))
  return first === undefined || !Object.hasOwn(nouns, first) ? undefined : nouns[first]
}

/** Commander hands settings to subcommands only when they are made through their parent. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    inherit(child)
  }
}
