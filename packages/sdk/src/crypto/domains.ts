import type { Address } from 'viem'
import { deployedAddress } from '../deployedAddress.ts'

/** What a message in JobEscrow's EIP-712 domain is bound to; every `Deployment` is one. */
export type EscrowDomain = { readonly chainId: number; readonly jobEscrow: Address }

/** What a message in ProviderRegistry's EIP-712 domain is bound to; every `Deployment` is one. */
export type RegistryDomain = { readonly chainId: number; readonly providerRegistry: Address }

/** What a message in ModelRegistry's EIP-712 domain is bound to; every `Deployment` is one. */
export type ModelsDomain = { readonly chainId: number; readonly modelRegistry: Address }

/** What a message in PaymentChannels' EIP-712 domain is bound to; every `Deployment` that has channels is one. */
export type ChannelsDomain = { readonly chainId: number; readonly paymentChannels?: Address | undefined }

/** What a message in ReceiptAnchor's EIP-712 domain is bound to; every `Deployment` that has an anchor is one. */
export type AnchorDomain = { readonly chainId: number; readonly receiptAnchor?: Address | undefined }

/**
 * EIP-712 domain of JobEscrow: job terms, submissions, acceptances, quotes, orders.
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

/**
 * EIP-712 domain of ModelRegistry: access grants.
 *
 * @example const domain = modelsDomain(deployment)
 */
export function modelsDomain({ chainId, modelRegistry }: ModelsDomain) {
  return { name: 'ModelRegistry', version: '1', chainId, verifyingContract: modelRegistry } as const
}

/**
 * EIP-712 domain of PaymentChannels: vouchers.
 *
 * @throws `NOT_DEPLOYED` for a deployment without channels.
 * @example const domain = channelsDomain(deployment)
 */
export function channelsDomain(deployment: ChannelsDomain) {
  const { chainId } = deployment
  const verifyingContract = deployedAddress(deployment, 'paymentChannels')
  return { name: 'PaymentChannels', version: '1', chainId, verifyingContract } as const
}

/**
 * EIP-712 domain of ReceiptAnchor: batches of receipts.
 *
 * @throws `NOT_DEPLOYED` for a deployment without an anchor.
 * @example const domain = anchorDomain(deployment)
 */
export function anchorDomain(deployment: AnchorDomain) {
  const { chainId } = deployment
  const verifyingContract = deployedAddress(deployment, 'receiptAnchor')
  return { name: 'ReceiptAnchor', version: '1', chainId, verifyingContract } as const
}
