import { createEngines, type EngineConfig, type EngineHealth } from './engines.ts'

export type ProbeEnginesOptions = {
  backends: readonly EngineConfig[]
  readApiKey: (variable: string) => string | undefined
}

/** Asks every engine of a configuration whether it is ready; takes no longer than their limits to connect and to answer. */
export async function probeEngines({
  backends,
  readApiKey,
}: ProbeEnginesOptions): Promise<readonly EngineHealth[]> {
  const engines = createEngines(backends, readApiKey)
  try {
    return await engines.health()
  } finally {
    await engines.close()
  }
}
