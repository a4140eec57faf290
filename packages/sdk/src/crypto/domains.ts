import type { Address } from 'viem'

/** What a message in JobEscrow's EIP-712 domain is bound to; every `Deployment` is one. */
export type EscrowDomain = { readonly chainId: number; readonly jobEscrow: Address }

/** What a message in ProviderRegistry's EIP-712 domain is bound to; every `Deployment` is one. */
export type RegistryDomain = { readonly chainId: number; readonly providerRegistry: Address }

/**
 * EIP-712 domain of JobEscrow: job terms, submissions, acceptances, quotes.
 *
 * @example const domain = escrowDomain(deployment)
 */
export function escrowDomain({ chainId, jobEscrow }: EscrowDomain) {
  return { name: 'JobEscrow', version: '1', chainId, verifyingContract: jobEscrow } as const
}

/**
 * EIP-712 domain of ProviderRegistry: provider records, service keys, receipts.
 *
 * @example const domain = registryDomain(deployment)
 */
export function registryDomain({ chainId, providerRegistry }: RegistryDomain) {
  return { name: 'ProviderRegistry', version: '1', chainId, verifyingContract: providerRegistry } as const
}
