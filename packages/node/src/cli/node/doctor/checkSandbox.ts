import { sandboxSettings } from '../../../assembly/sandboxSettings.ts'
import type { Config } from '../../../config.ts'
import { sandboxesOf, trySandbox } from '../../../runtime/openSandbox.ts'
import type { Sandbox, SandboxProbe } from '../../../sandbox/sandbox.ts'
import type { Finding } from './finding.ts'

/** Starts a worker at each level of the sandbox, and says which of them this node would use. */
export async function checkSandbox(
  config: Config,
): Promise<{ findings: readonly Finding[]; sandbox: Sandbox | undefined }> {
  const settings = sandboxSettings(config)
  const { level, fallbackToProcess } = settings
  const tried: { sandbox: Sandbox; probe: SandboxProbe }[] = []
  for (const sandbox of sandboxesOf(settings)) tried.push({ sandbox, probe: await trySandbox(sandbox) })
  const chosen = tried.find(
    ({ probe }) =>
      probe.available &&
      (level === 'auto' ? fallbackToProcess || probe.level !== 'process' : probe.level === level),
  )
  const levels = tried.map(({ probe }) => toFinding(probe))
  return { findings: [...levels, choice(config, chosen?.probe)], sandbox: chosen?.sandbox }
}

function toFinding(probe: SandboxProbe): Finding {
  const base = { group: 'sandbox', name: probe.level } as const
  if (probe.available) return { ...base, status: 'ok', text: probe.detail }
  return { ...base, status: 'warn', text: probe.reason, fix: probe.fix }
}

function choice({ sandbox, node }: Config, chosen: SandboxProbe | undefined): Finding {
  const base = { group: 'sandbox', name: 'level' } as const
  if (chosen === undefined) {
    return {
      ...base,
      status: 'fail',
      text: `sandbox.level is ${sandbox.level}: the node would not start`,
      fix: 'Install bubblewrap ("apt install bubblewrap") or a container engine; or accept the risk by name: sandbox.level: process.',
    }
  }
  const text = `models run at level ${chosen.level} (sandbox.level is ${sandbox.level})`
  if (chosen.level !== 'process' || !node.roles.includes('provider')) return { ...base, status: 'ok', text }
  return {
    ...base,
    status: 'warn',
    text: `${text}, which does not contain hostile code`,
    fix: 'Install bubblewrap or a container engine, and set sandbox.level to auto.',
  }
}
