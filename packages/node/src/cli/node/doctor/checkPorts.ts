import { createServer } from 'node:net'
import type { Config } from '../../../config.ts'
import { portHolder } from '../../../devnet/portHolder.ts'
import type { Finding } from './finding.ts'

type Place = { name: string; host: string; port: number; setting: string }

/** Each port that the node will listen on is free, seen by listening on it, or this node itself is on it. */
export async function checkPorts(
  config: Config,
  runningPid: number | undefined,
): Promise<readonly Finding[]> {
  return Promise.all(placesOf(config).map((place) => checkPlace(place, runningPid)))
}

function placesOf({ http, ipfs, node }: Config): Place[] {
  const gateway = { name: 'gateway', ...http, setting: 'http.port' }
  const peers = ipfs.listen.flatMap((address): Place[] => {
    const [, host, port] = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
    return host === undefined ? [] : [{ name: 'peer', host, port: Number(port), setting: 'ipfs.listen' }]
  })
  return [...(node.roles.includes('gateway') ? [gateway] : []), ...(ipfs.mode === 'helia' ? peers : [])]
}

async function checkPlace(
  { name, host, port, setting }: Place,
  runningPid: number | undefined,
): Promise<Finding> {
  const base = { group: 'ports', name } as const
  const where = `${host}:${port}`
  const refusal = await tryListen(host, port)
  if (refusal === undefined)
    return {
      ...base,
      status: 'ok',
      text: port === 0 ? `${host}, a free port of its choice` : `${where} is free`,
    }
  if (refusal !== 'EADDRINUSE')
    return {
      ...base,
      status: 'fail',
      text: `${where} cannot be listened on: ${refusal}`,
      fix: `Set ${setting}.`,
    }
  const holder = await portHolder(port)
  if (holder !== undefined && holder.pid === runningPid)
    return { ...base, status: 'ok', text: `${where} is this node (process ${holder.pid})` }
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command.slice(0, 80)})`
  return {
    ...base,
    status: 'fail',
    text: `${where} is taken by ${who}`,
    fix: `Stop that process or set ${setting}.`,
  }
}

/** Undefined when it works, else the code of the system. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
