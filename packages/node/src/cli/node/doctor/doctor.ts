import { loadConfig } from '../../../config.ts'
import type { AddCommand } from '../../command.ts'
import type { Context } from '../../context.ts'
import { exitCodes } from '../../errors/exitCode.ts'
import { openChain } from '../../network/openChain.ts'
import { resolveNetwork } from '../../network/resolveNetwork.ts'
import { readPid } from '../pidFile.ts'
import { checkBackends } from './checkBackends.ts'
import { checkChain } from './checkChain.ts'
import { checkKey } from './checkKey.ts'
import { checkMachine } from './checkMachine.ts'
import { checkPorts } from './checkPorts.ts'
import { checkSandbox } from './checkSandbox.ts'
import type { Finding } from './finding.ts'

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
  const { config, file } = await loadConfig({ file: globals.config, environment: io.environment })
  const configuration: Finding = {
    group: 'configuration',
    name: 'settings',
    status: 'ok',
    text: file ?? 'defaults and environment',
  }
  const pid = await readPid(config.node.dataDir)
  const [machine, levels, engines, port, { findings, chain }] = await Promise.all([
    checkMachine(config),
    checkSandbox(config),
    checkBackends(config),
    checkPorts(config, pid),
    checkChain(config.chain.rpcUrl, async () => openChain(await resolveNetwork(context))),
  ])
  return [
    ...machine,
    ...levels,
    ...engines,
    configuration,
    ...findings,
    ...(await checkKey(config, chain)),
    port,
  ]
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
