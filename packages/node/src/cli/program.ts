import { Command } from 'commander'
import type { Runner } from './command.ts'
import { addConfig } from './config/config.ts'
import { addDevnet } from './devnet/devnet.ts'
import type { Io } from './io.ts'
import { addJob } from './job/job.ts'
import { addModel } from './model/model.ts'
import { addNode } from './node/node.ts'
import { addRun } from './run/run.ts'
import { addVerify } from './verify/verify.ts'
import { addWallet } from './wallet/wallet.ts'

/** The whole command line; nothing runs until it is parsed. */
export function createProgram(io: Io, run: Runner): Command {
  const program = new Command('dim')
    .description('Publish, serve, buy and check inferences of ONNX models.')
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
  for (const add of [addRun, addModel, addJob, addWallet, addVerify, addNode, addConfig, addDevnet])
    add(program, run)
  inherit(program)
  return program
}

/** Commander hands settings to subcommands only when they are made through their parent. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    inherit(child)
  }
}
