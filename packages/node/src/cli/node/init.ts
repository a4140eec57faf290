import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Config, loadConfig } from '../../config.ts'
import { createIdentity } from '../../identity/createIdentity.ts'
import { KeyMissingError } from '../../identity/keyMissing.ts'
import { readSecretFile } from '../../identity/readSecretFile.ts'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { formatFields } from '../fields.ts'
import { usdcNumber } from '../formatUsdc.ts'
import { parseUsdc } from '../parseUsdc.ts'
import { passwordSource } from '../wallet/passwordSource.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { nodeAddress } from './nodeAccount.ts'

type Options = WriteOptions & {
  rpcUrl?: string
  deployment?: string
  port?: string
  publicUrl?: string
  ask?: string
  keyFile?: string
}

export const addNodeInit: AddCommand = (parent, run) => {
  addWriteOptions(
    parent.command('init').description("write a configuration and make the node's keys; what is there stays"),
  )
    .option('--rpc-url <url>', 'RPC endpoint of the chain')
    .option('--deployment <file>', 'deployment.json with the addresses of the contracts')
    .option('--port <port>', 'port of the gateway')
    .option('--public-url <url>', 'URL under which clients reach the node')
    .option(
      '--ask <amount>',
      'serve every model whose files can be had, asking this a run, for instance "0.001usdc"',
    )
    .option('--key-file <file>', 'take over an EVM key from a file of mode 0600')
    .action(
      run<Options>(async (context, options) => {
        const { io, globals, out } = context
        const { config } = await loadConfig({ environment: io.environment })
        const file = globals.config ?? join(config.home, 'config.yaml')
        const plan = { file, writesConfig: !(await exists(file)), keystore: config.keystore.path }
        if (options.dryRun === true) {
          out.result(
            { dryRun: true, ...plan },
            () => `Would ${plan.writesConfig ? 'write' : 'keep'} ${file} and keep keys in ${plan.keystore}.`,
          )
          return
        }
        if (plan.writesConfig) await writeConfig(file, options)
        const loaded = await loadConfig({ file, environment: io.environment })
        const { address, created } = await ensureKeys(context, loaded.config, options.keyFile)
        out.result(
          {
            config: file,
            configWritten: plan.writesConfig,
            keystore: loaded.config.keystore.path,
            address,
            keysCreated: created,
          },
          () =>
            [
              formatFields({
                config: `${file}${plan.writesConfig ? '' : ' (was there)'}`,
                keys: `${loaded.config.keystore.path}${created ? '' : ' (were there)'}`,
                address,
              }),
              'next: send USDC and gas money to the address, then `dim node stake add 100usdc`, `dim node doctor`, `dim node start`',
            ].join('\n'),
        )
      }),
    )
}

async function writeConfig(
  file: string,
  { rpcUrl, deployment, port, publicUrl, ask }: Options,
): Promise<void> {
  const config = {
    http: {
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    },
    chain: {
      ...(rpcUrl === undefined ? {} : { rpcUrl }),
      ...(deployment === undefined ? {} : { deploymentFile: deployment }),
    },
    models: ask === undefined ? {} : { serveAll: true, serveAllAskUsdc: usdcNumber(parseUsdc(ask)) },
  }
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  await writeFile(
    file,
    `# Settings of the node; \`dim config show --origin\` prints all of them.\n${stringify(config)}`,
    { flag: 'wx' },
  )
}

async function ensureKeys(context: Context, config: Config, keyFile: string | undefined) {
  try {
    return { address: await nodeAddress(config), created: false }
  } catch (error) {
    if (!(error instanceof KeyMissingError)) throw error
  }
  const password = await passwordSource(context, { file: config.passwordFile, repeat: true })()
  const privateKey = keyFile === undefined ? undefined : await readSecretFile(keyFile)
  const { account } = await createIdentity({ dir: config.keystore.path, password, privateKey })
  return { address: account.address, created: true }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  )
