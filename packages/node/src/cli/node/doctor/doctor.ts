import { type Config, type LoadedConfig, loadConfig } from '../../../config.ts'
import type { Sandbox } from '../../../sandbox/sandbox.ts'
import type { AddCommand } from '../../command.ts'
import type { Context } from '../../context.ts'
import { exitCodes } from '../../errors/exitCode.ts'
import { openChain } from '../../network/openChain.ts'
import { resolveNetwork } from '../../network/resolveNetwork.ts'
import { readPid } from '../pidFile.ts'
import { checkBackends } from './checkBackends.ts'
import { checkChain } from './checkChain.ts'
import { checkDisk } from './checkDisk.ts'
import { checkKey } from './checkKey.ts'
import { checkMachine } from './checkMachine.ts'
import { checkPorts } from './checkPorts.ts'
import { checkProviders } from './checkProviders.ts'
import { checkSandbox } from './checkSandbox.ts'
import type { Finding } from './finding.ts'
import { guarded } from './guarded.ts'

export const addNodeDoctor: AddCommand = (parent, run) => {
  parent
    .command('doctor')
    .description('check everything that a node needs, with a remedy for each fault')
    .option('--fix', 'mend what can be mended without risk')
    .action(
      run<{ fix?: boolean }>(async (context, { fix }) => {
        const found = await examine(context)
        const findings = fix === true ? await repair(found) : found
        const rows = findings.map(({ repair: mend, ...finding }) => ({
          ...finding,
          fixable: mend !== undefined,
        }))
        const failed = findings.filter(({ status }) => status === 'fail').length
        context.out.result({ healthy: failed === 0, findings: rows }, () =>
          findings.map((finding) => line(context, finding)).join('\n'),
        )
        if (failed > 0) context.exit.code = exitCodes.failure
      }),
    )
}

async function examine(context: Context): Promise<readonly Finding[]> {
  const { io, globals } = context
  const loaded = await loadConfig({ file: globals.config, environment: io.environment })
  const { config, file } = loaded
  const configuration: Finding = {
    group: 'configuration',
    name: 'settings',
    status: 'ok',
    text: file ?? 'defaults and environment',
  }
  const pid = await readPid(config.node.dataDir)
  const [work, disk, engines, ports, chain] = await Promise.all([
    checkWork(loaded),
    guarded('disk', () => checkDisk(config)),
    guarded('engines', () => checkBackends(config)),
    guarded('ports', () => checkPorts(config, pid)),
    checkMoney(context, config),
  ])
  return [...checkMachine(), ...work, ...disk, ...engines, configuration, ...chain, ...ports]
}

/** Providers are looked for where models will run, which is inside the sandbox. */
async function checkWork({ config, origins }: LoadedConfig): Promise<readonly Finding[]> {
  const isChosen = origins['runtime.executionProviders']?.origin !== 'default'
  let sandbox: Sandbox | undefined
  const levels = await guarded('sandbox', async () => {
    const checked = await checkSandbox(config)
    sandbox = checked.sandbox
    return checked.findings
  })
  const hardware = await guarded('hardware', () => checkProviders(config, { sandbox, isChosen }))
  return [...levels, ...hardware]
}

async function checkMoney(context: Context, config: Config): Promise<readonly Finding[]> {
  const asked = { rpcUrl: config.chain.rpcUrl }
  const { findings, chain } = await checkChain(asked, async () => {
    const network = await resolveNetwork(context)
    asked.rpcUrl = network.rpcUrl
    return openChain(network)
  })
  return [...findings, ...(await guarded('key', () => checkKey(config, chain)))]
}

async function repair(findings: readonly Finding[]): Promise<readonly Finding[]> {
  return Promise.all(
    findings.map(async ({ repair: mend, ...finding }): Promise<Finding> => {
      if (mend === undefined) return finding
      const { fix, ...rest } = finding
      return { ...rest, status: 'ok', text: await mend() }
    }),
  )
}

function line({ out: { style } }: Context, { group, name, status, text, fix }: Finding): string {
  const mark = { ok: style.green('✔'), warn: style.yellow('⚠'), fail: style.red('✖') }[status]
  return `${mark} ${group.padEnd(13)} ${name}: ${text}${fix === undefined ? '' : `\n  ➜ ${fix}`}`
}
