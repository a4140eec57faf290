import type { Multiaddr } from '@multiformats/multiaddr'

const isPeer = (address: Multiaddr): boolean => {
  const names = address.getComponents().map(({ name }) => name)
  return names.includes('p2p') && !names.includes('http') && !names.includes('https')
}

/** The providers that name a peer, each with the addresses by which libp2p reaches it. */
export const toPeerAddresses = (providers: readonly (readonly Multiaddr[])[]): Multiaddr[][] =>
  providers.map((addresses) => addresses.filter(isPeer)).filter((addresses) => addresses.length > 0)
