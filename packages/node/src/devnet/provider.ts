import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repository } from './repository.ts'
import { type Service, ServiceFailedError, startService } from './service.ts'

export type DevProvider = { name: string; endpoint: string; service: Service }

export type StartProvider = {
  name: string
  port: number
  configFile: string
  dir: string
  passwordFile: string
  execPath: string
  environment: Readonly<Record<string, string | undefined>>
}

/** Runs `dim node start` with a provider's configuration as a process of its own. */
export function startProvider(options: StartProvider): DevProvider {
  const { name, port, configFile, dir, passwordFile, execPath, environment } = options
  const service = startService({
    name: `provider ${name}`,
    execPath,
    args: [repository.main, 'node', 'start', '--config', configFile],
    cwd: dir,
    environment: { ...environment, DIM_HOME: join(dir, name), DIM_PASSWORD_FILE: passwordFile },
    logFile: join(dir, 'logs', `${name}.log`),
  })
  return { name, endpoint: `http://127.0.0.1:${port}`, service }
}

const readyWithinMs = 60_000

/** Resolves when the provider says that it takes jobs; a process that ends before is an error with its last words. */
export async function providerReady(
  { name, endpoint, service }: DevProvider,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + readyWithinMs
  let last = 'it did not answer'
  const ended = service.exited.then((code): never => {
    throw new ServiceFailedError(service, {
      why: `ended with exit code ${code}`,
      output: service.lastOutput(),
    })
  })
  const poll = async () => {
    while (Date.now() < until) {
      signal.throwIfAborted()
      const answer = await readiness(endpoint)
      if (answer === true) return
      last = answer
      await sleep(100, undefined, { signal })
    }
    throw new ServiceFailedError(
      { name: `provider ${name}` },
      { why: `was not ready within ${readyWithinMs / 1000} s: ${last}` },
    )
  }
  await Promise.race([poll(), ended])
}

async function readiness(endpoint: string): Promise<true | string> {
  try {
    const response = await fetch(`${endpoint}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return response.ok || (await response.text())
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
