#!/usr/bin/env node
import { runCli } from './cli/runCli.ts'
import { readEnvironment } from './config.ts'

const forceExitMs = 15_000
const stop = new AbortController()

const onSignal = (signal: NodeJS.Signals) => {
  const code = signal === 'SIGINT' ? 130 : 143
  if (stop.signal.aborted) process.exit(code)
  stop.abort()
  setTimeout(() => process.exit(code), forceExitMs).unref()
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
// A reader that goes away (`dim job list | head -1`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const exitCode = await runCli({
  args: process.argv.slice(2),
  cwd: process.cwd(),
  environment: readEnvironment(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  pid: process.pid,
  execPath: process.execPath,
})
await new Promise((resolve) => process.stdout.write('', resolve))
process.exit(exitCode)
