// `npm start`: a devnet and one paid job; stays up until Ctrl-C, or ends after the job with --once.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Context } from '../packages/node/src/cli/context.ts'
import { describeError } from '../packages/node/src/cli/errors/describeError.ts'
import { printError } from '../packages/node/src/cli/errors/printError.ts'
import { formatUsdc } from '../packages/node/src/cli/formatUsdc.ts'
import type { Io } from '../packages/node/src/cli/io.ts'
import { createOutput } from '../packages/node/src/cli/output.ts'
import { readEnvironment } from '../packages/node/src/config.ts'
import type { Devnet } from '../packages/node/src/devnet/devnet.ts'
import { repository } from '../packages/node/src/devnet/repository.ts'
import { startDevnet } from '../packages/node/src/devnet/startDevnet.ts'
import { type FirstJob, runFirstJob } from './start/firstJob.ts'

const began = Date.now()
const forceExitMs = 3_000
const stop = new AbortController()

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(1)
    stop.abort()
    setTimeout(() => process.exit(1), forceExitMs).unref()
  })
}

const values = readOptions()

const io: Io = {
  args: process.argv.slice(2),
  cwd: process.cwd(),
  // The devnet's own wallet pays, whatever the user has set for other networks.
  environment: Object.fromEntries(
    Object.entries(readEnvironment()).filter(([name]) => !name.startsWith('DIM_')),
  ),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  pid: process.pid,
  execPath: process.execPath,
}

const out = createOutput(io, { json: values.json, quiet: values.quiet })
const context: Context = {
  io,
  out,
  globals: { json: values.json, quiet: values.quiet, network: values.state },
  money: { charged: false, sending: false, note: 'Nothing was charged.' },
  exit: { code: 0 },
}

function readOptions() {
  try {
    const { values: given } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        state: { type: 'string', default: repository.stateDir },
        port: { type: 'string', default: '3000' },
        'chain-port': { type: 'string', default: '8545' },
      },
    })
    for (const port of [given.port, given['chain-port']]) {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) exitForUsage(`${port} is not a port`)
    }
    return { ...given, state: resolve(given.state) }
  } catch (error) {
    return exitForUsage((error as Error).message)
  }
}

function exitForUsage(reason: string): never {
  process.stderr.write(
    `USAGE: ${reason}. Nothing was started.\n  npm start -- [--once] [--json] [--quiet] [--state FOLDER] [--port N] [--chain-port N]\n`,
  )
  process.exit(2)
}

async function main(): Promise<number> {
  const devnet = await startDevnet({
    dir: values.state,
    ports: { chain: Number(values['chain-port']), gateway: Number(values.port) },
    upTo: 'providers',
    environment: io.environment,
    execPath: io.execPath,
    pid: io.pid,
    signal: stop.signal,
    onPart: (part, line) =>
      out.note(
        `  ${part === 'ports' ? out.style.yellow('⚠') : out.style.green('✔')} ${part.padEnd(10)} ${line}`,
      ),
  })
  try {
    out.note(`  ready after ${seconds()} s; now one paid job`)
    const job = await runFirstJob(context, values.state)
    if (!values.once) return await stayUp(devnet, job)
    await devnet.stop()
    out.result({ ...job, totalMs: Date.now() - began }, () => describe(job))
    return job.right ? 0 : 1
  } finally {
    await devnet.stop()
  }
}

async function stayUp(devnet: Devnet, job: FirstJob): Promise<number> {
  out.result(job, () => `${describe(job)}\n\n${whatNext(devnet, job)}`)
  const stopped = new Promise<undefined>((done) =>
    stop.signal.addEventListener('abort', () => done(undefined), { once: true }),
  )
  const failure = stop.signal.aborted ? undefined : await Promise.race([devnet.failed, stopped])
  if (failure !== undefined) throw failure
  out.note('  stopping …')
  return 0
}

const seconds = () => ((Date.now() - began) / 1000).toFixed(1)

function describe({
  drawn,
  read,
  right,
  difference,
  gas,
  paidUsdc,
  refundedUsdc,
  jobId,
  modelCid,
}: FirstJob): string {
  return [
    '',
    `  drawn      ${drawn}`,
    `  read       ${read}   ${right ? '✔ right, and the tensors are those of a direct run' : `✖ ${difference}`}`,
    `  paid       ${formatUsdc(paidUsdc)}, returned ${formatUsdc(refundedUsdc)}`,
    `  gas        open ${gas.open}, submit ${gas.submit}, settle ${gas.settle} (the provider paid it)`,
    `  job        ${jobId}`,
    `  model      ${modelCid}`,
    `  ${seconds()} s from the start`,
  ].join('\n')
}

function whatNext({ state }: Devnet, { picture, jobId }: FirstJob): string {
  return [
    '  what to try next, in another terminal:',
    `    npx dim run line-reader ${picture}`,
    `    npx dim job show ${jobId}`,
    '    npx dim model list',
    '    npx dim model deploy --model m.onnx --name "Classifier" --access-policy public',
    `    npx dim node earnings --config ${values.state}/alice/config.yaml`,
    `  api   ${state.frontDoor}/api/info      chain   ${state.rpcUrl}`,
    '  Ctrl-C stops everything',
  ].join('\n')
}

let code: number
try {
  code = await main()
} catch (error) {
  const described = describeError(error, context.money)
  if (!stop.signal.aborted) printError(described, { io, json: values.json })
  code = stop.signal.aborted ? 130 : described.exitCode
}
await new Promise((written) => process.stdout.write('', written))
process.exit(code)
