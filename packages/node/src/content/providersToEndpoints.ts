import type { Component, Multiaddr } from '@multiformats/multiaddr'

const HOSTS = ['ip4', 'ip6', 'dns', 'dns4', 'dns6']

function toEndpoint(address: Multiaddr): string[] {
  const parts: readonly Component[] = address.getComponents()
  const partOf = (name: string) => parts.find((part) => part.name === name)?.value
  const has = (name: string) => parts.some((part) => part.name === name)
  const host = parts.find((part) => HOSTS.includes(part.name))
  const port = partOf('tcp')
  if (host?.value === undefined || port === undefined || !(has('http') || has('https'))) return []
  const scheme = has('https') || has('tls') ? 'https' : 'http'
  const path = partOf('http-path')
  const tail = path === undefined ? '' : `/${decodeURIComponent(path).replace(/^\//, '')}`
  return [`${scheme}://${host.name === 'ip6' ? `[${host.value}]` : host.value}:${port}${tail}`]
}

/** Base URLs of the addresses that speak HTTP; those of other transports are left out. */
export function providersToEndpoints(providers: readonly (readonly Multiaddr[])[]): string[] {
  return [...new Set(providers.flat().flatMap(toEndpoint))]
}
