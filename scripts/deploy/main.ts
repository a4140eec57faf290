import type { Context } from '../../packages/node/src/cli/context.ts'
import { describeError } from '../../packages/node/src/cli/errors/describeError.ts'
import { printError } from '../../packages/node/src/cli/errors/printError.ts'
import type { Io } from '../../packages/node/src/cli/io.ts'
import { createOutput } from '../../packages/node/src/cli/output.ts'
import { readEnvironment } from '../../packages/node/src/config.ts'
import { hideNodes } from './hideNodes.ts'
import { parseOptions, usage } from './options.ts'
import { runDeploy } from './runDeploy.ts'

const args = process.argv.slice(2)
const json = args.includes('--json')
const io: Io = {
  args,
  cwd: process.cwd(),
  environment: readEnvironment(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
  pid: process.pid,
  execPath: process.execPath,
}
const context: Context = {
  io,
  out: createOutput(io, { json, quiet: false }),
  globals: { json, quiet: false },
  money: { charged: false, sending: false, note: 'Nothing was sent or charged.' },
  exit: { code: 0 },
}

if (args.includes('--help')) console.log(usage)
else {
  try {
    await runDeploy(context, parseOptions(args))
  } catch (error) {
    const described = hideNodes(describeError(error, context.money), io.environment)
    printError(described, { io, json })
    process.exitCode = described.exitCode
  }
}
