import { BaseError, getNodeInfo, getStakeAccount, type NodeInfo } from '@dim/sdk'
import type { EngineHealth } from '../../backends/engines.ts'
import { probeEngines } from '../../backends/probeEngines.ts'
import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { NodeNotRunningError, readPid } from './pidFile.ts'

type Readiness = { ready: boolean; reasons: readonly string[] }

export const addNodeStatus: AddCommand = (parent, run) => {
  parent
    .command('status')
    .description('whether the node runs and takes jobs; exit code 6 when it does not run')
    .action(
      run(async (context) => {
        const { config } = await loadConfig({
          file: context.globals.config,
          environment: context.io.environment,
        })
        const pid = await readPid(config.node.dataDir)
        if (pid === undefined) throw new NodeNotRunningError(config.node.dataDir)
        const url = `http://${config.http.host}:${config.http.port}`
        const [info, readiness, engines] = await Promise.all([
          getNodeInfo(url).catch(unknownIfCoded),
          readReadiness(url),
          probeEngines(config),
        ])
        const stakeUsdc = info === undefined ? undefined : await stakeOf(context, info).catch(unknownIfCoded)
        const value = {
          id: config.node.id,
          running: true,
          pid,
          url,
          ready: readiness.ready,
          reasons: readiness.reasons,
          address: info?.address ?? null,
          version: info?.version ?? null,
          sandbox: info?.sandbox ?? null,
          stakeUsdc: stakeUsdc === undefined ? null : stakeUsdc,
          unavailable: info?.unavailable ?? [],
          models: info?.models.map(({ askUsdc, ...model }) => ({ ...model, askUsdc })) ?? null,
          engines,
        }
        context.out.result(value, () =>
          formatFields({
            node: `${config.node.id} (process ${pid})`,
            state: readiness.ready ? 'ready' : `not ready: ${readiness.reasons.join('; ')}`,
            url,
            address: info?.address ?? '-',
            sandbox: info?.sandbox ?? '-',
            ...(info?.unavailable === undefined
              ? {}
              : { 'not here': info.unavailable.map(refusalLine).join('\n') }),
            stake: stakeUsdc === undefined ? '-' : formatUsdc(stakeUsdc),
            models: info === undefined ? '-' : info.models.map(modelLine).join('\n') || 'none',
            ...(engines.length === 0 ? {} : { engines: engines.map(engineLine).join('\n') }),
          }),
        )
      }),
    )
}

const refusalLine = ({ executionProvider, reason }: { executionProvider: string; reason: string }) =>
  `${executionProvider}: ${reason}`

function modelLine(model: NodeInfo.NodeInfo['models'][number]): string {
  const { name, modelKey, askUsdc, state, executionProvider, profile, refused = [] } = model
  const measured = profile === undefined ? '' : `  ${profileText(profile)}`
  const first = `${name ?? modelKey}  ${state}  on ${executionProvider}  asks ${formatUsdc(askUsdc)}${measured}`
  return [first, ...refused.map((one) => `  not on ${refusalLine(one)}`)].join('\n')
}

type Profile = NonNullable<NodeInfo.NodeInfo['models'][number]['profile']>

function profileText({ loadMs, memoryBytes, runMs, twoThreadsMs, batchGain }: Profile): string {
  const threads = twoThreadsMs === undefined ? '' : ` (${twoThreadsMs.toFixed(2)} ms on two threads)`
  const batch = batchGain === undefined ? '' : `, batches ×${batchGain.toFixed(1)}`
  return `${runMs.toFixed(2)} ms a run${threads}, loads in ${loadMs.toFixed(0)} ms, ${Math.ceil(memoryBytes / 1_000_000)} MB${batch}`
}

const engineLine = ({ label, kind, url, model, health }: EngineHealth) =>
  `${label}  ${kind} "${model}" at ${url}  ${health.state === 'ready' ? `ready, ${health.engine}` : health.reason}`

async function stakeOf(
  context: Parameters<typeof resolveNetwork>[0],
  { address }: NodeInfo.NodeInfo,
): Promise<bigint> {
  const chain = await openChain(await resolveNetwork(context))
  return (await getStakeAccount(chain, { provider: address })).stakeUsdc
}

/** What cannot be read now is unknown, not zero. */
function unknownIfCoded(error: unknown): undefined {
  if (!(error instanceof BaseError)) throw error
}

async function readReadiness(url: string): Promise<Readiness> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })
    if (response.ok) return { ready: true, reasons: [] }
    const body = (await response.json()) as {
      reasons?: readonly { code: string; message: string }[]
      detail?: string
    }
    return {
      ready: false,
      reasons: body.reasons?.map(({ code, message }) => `${code} ${message}`) ?? [
        body.detail ?? `HTTP ${response.status}`,
      ],
    }
  } catch (error) {
    return {
      ready: false,
      reasons: [`the gateway does not answer (${error instanceof Error ? error.message : error})`],
    }
  }
}
