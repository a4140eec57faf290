import type { EngineHealth } from '../../../backends/engines.ts'
import { probeEngines } from '../../../backends/probeEngines.ts'
import type { Config } from '../../../config.ts'
import type { Finding } from './finding.ts'

/** The engines under `backends`, each asked for the model that it shall run. */
export async function checkBackends(config: Config): Promise<readonly Finding[]> {
  return (await probeEngines(config)).map(toFinding)
}

function toFinding({ label, kind, url, model, health }: EngineHealth): Finding {
  const base = { group: 'engines', name: label } as const
  const where = `${kind} at ${url}, model "${model}"`
  if (health.state === 'ready') {
    const text = `${health.engine}, ${where}, answers in ${Math.round(health.latencyMs)} ms`
    return { ...base, status: 'ok', text }
  }
  return {
    ...base,
    status: 'fail',
    text: `${where}: ${health.reason}`,
    fix: 'Start that server with this model, or correct the entry under backends.',
  }
}
