import { resolve } from 'node:path'
import { type Devnet, type DevnetPart, devnetParts } from '../../devnet/devnet.ts'
import { repository } from '../../devnet/repository.ts'
import { resetFolder } from '../../devnet/resetFolder.ts'
import { startDevnet } from '../../devnet/startDevnet.ts'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import type { WriteOptions } from '../writeOptions.ts'

type Options = WriteOptions & {
  state?: string
  only?: string
  reset?: boolean
  chainPort: string
  port: string
}

export const addDevnet: AddCommand = (parent, run) => {
  parent
    .command('devnet')
    .description('a chain, the contracts, three models and two providers on this machine, until Ctrl-C')
    .option('--state <folder>', 'state folder (default: .devnet in the clone)')
    .option('--only <parts>', `the last of ${devnetParts.join(', ')} to bring up`, 'providers')
    .option('--reset', 'wipe the state folder first: keys, models and logs')
    .option('--yes', 'ask nothing')
    .option('--chain-port <port>', 'wanted port of the chain', '8545')
    .option('--port <port>', 'wanted port of the front door', '3000')
    .action(run<Options>(runDevnet))
}

async function runDevnet(context: Context, options: Options): Promise<void> {
  const { io, out } = context
  const dir = options.state === undefined ? repository.stateDir : resolve(io.cwd, options.state)
  const ports = { chain: parsePort(options.chainPort), gateway: parsePort(options.port) }
  const upTo = parsePart(options.only)
  if (options.reset === true) {
    await confirm(context, `Wipe ${dir}?`, { ...options, final: true })
    await resetFolder(dir, io.pid)
    out.note(`  ${dir} is wiped`)
  }
  const began = Date.now()
  const devnet = await startDevnet({
    dir,
    ports,
    upTo,
    environment: io.environment,
    execPath: io.execPath,
    pid: io.pid,
    signal: io.signal,
    onPart: (part, line) =>
      out.note(
        `  ${part === 'ports' ? out.style.yellow('⚠') : out.style.green('✔')} ${part.padEnd(10)} ${line}`,
      ),
  })
  try {
    printReady(context, devnet, { dir, began })
    const stopped = new Promise<undefined>((done) =>
      io.signal.addEventListener('abort', () => done(undefined), { once: true }),
    )
    const failure = await Promise.race([devnet.failed, stopped])
    if (failure !== undefined) throw failure
  } finally {
    await devnet.stop()
  }
}

function printReady(
  { out }: Context,
  { state, seeds }: Devnet,
  { dir, began }: { dir: string; began: number },
): void {
  const readyMs = Date.now() - began
  const { deployment, ...running } = state
  out.result(
    { ready: true, readyMs, stateDir: dir, ...running, contracts: deployment, models: seeds?.models ?? [] },
    () =>
      [
        `  dim devnet is ready after ${(readyMs / 1000).toFixed(1)} s`,
        `  ➜ api    ${state.frontDoor}/api/info   openapi ${state.frontDoor}/openapi.json`,
        '  try      npx dim model list',
        '  try      npx dim run line-reader picture.png',
        '  Ctrl-C stops everything',
      ].join('\n'),
  )
}

function parsePart(text: string | undefined): DevnetPart {
  const named = (text ?? 'providers')
    .split(',')
    .map((part) => (part.trim() === 'api' ? 'providers' : part.trim()))
  const unknown = named.find((part) => !devnetParts.includes(part as DevnetPart))
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is no part of a devnet: ${devnetParts.join(', ')}.`)
  return devnetParts.findLast((part) => named.includes(part)) ?? 'providers'
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`"${text}" is no port.`)
  return port
}
