import { isIPv4, isIPv6 } from 'node:net'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { EndpointInvalidError } from './endpointInvalid.ts'

function hostPart(hostname: string): string {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIPv4(bare)) return `/ip4/${bare}`
  return isIPv6(bare) ? `/ip6/${bare}` : `/dns/${bare}`
}

function toMultiaddr(endpoint: string): Multiaddr {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new EndpointInvalidError(endpoint)
  const tls = url.protocol === 'https:'
  const port = url.port || (tls ? '443' : '80')
  const path = url.pathname.replace(/^\/|\/$/g, '')
  const tail = path === '' ? '' : `/http-path/${encodeURIComponent(path)}`
  return multiaddr(`${hostPart(url.hostname)}/tcp/${port}/${tls ? 'https' : 'http'}${tail}`)
}

/** HTTP endpoints, one per provider, as `ContentStore.fetch` takes them. */
export function endpointsToProviders(endpoints: readonly string[]): Multiaddr[][] {
  return endpoints.map((endpoint) => [toMultiaddr(endpoint)])
}
