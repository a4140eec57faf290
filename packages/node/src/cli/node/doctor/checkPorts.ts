import type { Config } from '../../../config.ts'
import { portHolder } from '../../../devnet/portHolder.ts'
import type { Finding } from './finding.ts'

/** The gateway's port is free, or this node itself is on it. */
export async function checkPorts(config: Config, runningPid: number | undefined): Promise<Finding> {
  const { port, host } = config.http
  const holder = port === 0 ? undefined : await portHolder(port)
  const base = { group: 'ports', name: 'gateway' } as const
  if (holder === undefined) return { ...base, status: 'ok', text: `${host}:${port} is free` }
  if (holder.pid === runningPid)
    return { ...base, status: 'ok', text: `${host}:${port} is this node (process ${holder.pid})` }
  return {
    ...base,
    status: 'fail',
    text: `${host}:${port} is taken by process ${holder.pid} (${holder.command.slice(0, 80)})`,
    fix: 'Stop that process or set http.port.',
  }
}
