import { CommanderError } from 'commander'
import type { Runner } from './command.ts'
import type { Context, GlobalOptions } from './context.ts'
import { describeError } from './errors/describeError.ts'
import { printError } from './errors/printError.ts'
import type { Io } from './io.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/** Runs one command line and answers its exit code. Touches nothing of the process. */
export async function runCli(io: Io): Promise<number> {
  const json = io.args.includes('--json')
  const money: Context['money'] = { charged: false, sending: false, note: 'Nothing was charged.' }
  const exit: Context['exit'] = { code: 0 }
  const run: Runner =
    (handler) =>
    async (...received) => {
      const command = received.at(-1) as { optsWithGlobals(): GlobalOptions; args: string[] }
      const globals = { ...command.optsWithGlobals() }
      const out = createOutput(io, { json: globals.json === true, quiet: globals.quiet === true })
      await handler({ io, out, globals, money, exit }, globals as never, command.args)
    }
  try {
    const program = await createProgram(io, run)
    await program.parseAsync([...io.args], { from: 'user' })
    return exit.code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const described = describeError(error, money)
    printError(described, { io, json })
    return described.exitCode
  }
}
