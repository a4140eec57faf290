import type { EIP1193Provider } from '@nomicfoundation/ignition-core'
import { type Hex, hexToBigInt, hexToNumber, type LocalAccount } from 'viem'

type Request = { method: string; params?: unknown }
type Quantities = Readonly<Record<string, Hex | undefined>>

type SigningOptions = {
  account: LocalAccount
  chainId: number
  beforeSending(signed: { nonce: number; serialized: Hex }): Promise<void>
  onSent(hash: string): void
}

/** Signs here what Ignition wants sent, so that the key leaves neither this process nor its keystore. */
export function signingProvider(
  rpc: { request(call: Request): Promise<unknown> },
  { account, chainId, beforeSending, onSent }: SigningOptions,
): EIP1193Provider {
  return {
    async request(call) {
      if (call.method !== 'eth_sendTransaction') return rpc.request(call)
      const [wanted] = call.params as [Quantities]
      const transaction = toTransaction(wanted, chainId)
      const serialized = await account.signTransaction(transaction)
      await beforeSending({ nonce: transaction.nonce, serialized })
      const hash = await rpc.request({ method: 'eth_sendRawTransaction', params: [serialized] })
      onSent(String(hash))
      return hash
    },
  }
}

function toTransaction(wanted: Quantities, chainId: number) {
  const { to, data, value = '0x0', gas = '0x0', nonce = '0x0', gasPrice } = wanted
  const { maxFeePerGas = '0x0', maxPriorityFeePerGas = '0x0' } = wanted
  const shared = {
    chainId,
    nonce: hexToNumber(nonce),
    gas: hexToBigInt(gas),
    value: hexToBigInt(value),
    ...(to === undefined ? {} : { to }),
    ...(data === undefined ? {} : { data }),
  }
  if (gasPrice !== undefined) return { ...shared, type: 'legacy' as const, gasPrice: hexToBigInt(gasPrice) }
  return {
    ...shared,
    type: 'eip1559' as const,
    maxFeePerGas: hexToBigInt(maxFeePerGas),
    maxPriorityFeePerGas: hexToBigInt(maxPriorityFeePerGas),
  }
}
