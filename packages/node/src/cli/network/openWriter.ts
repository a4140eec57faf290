import { type Writer, waitForTransaction, withDeployment } from '@dim/sdk'
import {
  createWalletClient,
  custom,
  type Hash,
  type Hex,
  keccak256,
  type LocalAccount,
  parseTransaction,
} from 'viem'
import type { Money } from '../context.ts'
import type { ChainClient } from './openChain.ts'

export type SentTransaction = {
  label: string
  hash: Hash | undefined
  gas: bigint
  blockNumber: bigint | undefined
}

export type WriteSession = {
  writer: Writer
  dryRun: boolean
  /** Sends one transaction and waits until it is mined; in a dry run it is only simulated. */
  transact(label: string, action: (writer: Writer) => Promise<Hash>): Promise<SentTransaction>
}

/** Writes to the chain as `account`; with `dryRun` everything is simulated and signed, and nothing leaves this machine. */
export function openWriter(
  chain: ChainClient,
  { account, dryRun, money }: { account: LocalAccount; dryRun: boolean; money: Money },
): WriteSession {
  const recorded = new Map<Hash, Hex>()
  const request = async (call: { method: string; params?: unknown }) => {
    if (!dryRun || call.method !== 'eth_sendRawTransaction') return chain.request(call as never)
    const [raw] = call.params as [Hex]
    recorded.set(keccak256(raw), raw)
    return keccak256(raw)
  }
  const client = createWalletClient({
    account,
    chain: chain.chain,
    transport: custom({ request }),
    pollingInterval: 250,
    cacheTime: 0,
  })
  const writer: Writer = withDeployment(client, chain.dim)

  return {
    writer,
    dryRun,
    async transact(label, action) {
      money.sending = !dryRun
      const hash = await action(writer)
      const raw = recorded.get(hash)
      if (raw !== undefined)
        return { label, hash: undefined, gas: parseTransaction(raw).gas ?? 0n, blockNumber: undefined }
      const receipt = await waitForTransaction(writer, { hash })
      money.sending = false
      return { label, hash, gas: receipt.gasUsed, blockNumber: receipt.blockNumber }
    },
  }
}
