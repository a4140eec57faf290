import { estimateFeesPerGas } from 'viem/actions'
import type { Version } from './intentStore.ts'
import type { Sending } from './sending.ts'

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

const larger = (left: bigint, right: bigint) => (left > right ? left : right)
const smaller = (left: bigint, right: bigint) => (left < right ? left : right)

/** An eighth more, rounded up: nodes ask for a tenth before they replace a transaction. */
const raised = (fee: bigint) => fee + fee / 8n + 1n

function capped({ maxFeePerGas, maxPriorityFeePerGas }: Fees, cap: bigint): Fees {
  const max = smaller(maxFeePerGas, cap)
  return { maxFeePerGas: max, maxPriorityFeePerGas: smaller(maxPriorityFeePerGas, max) }
}

/** Fees for a first version, or for one that replaces `previous`; undefined when that would exceed the limit. */
export async function chooseFees(
  { client, maxFeePerGas: cap }: Pick<Sending, 'client' | 'maxFeePerGas'>,
  previous: Version | undefined,
): Promise<Fees | undefined> {
  const fresh = await estimateFeesPerGas(client)
  if (previous === undefined) return capped(fresh, cap)
  const wanted = {
    maxFeePerGas: larger(fresh.maxFeePerGas, raised(BigInt(previous.maxFeePerGas))),
    maxPriorityFeePerGas: larger(fresh.maxPriorityFeePerGas, raised(BigInt(previous.maxPriorityFeePerGas))),
  }
  const isAffordable = raised(BigInt(previous.maxFeePerGas)) <= cap
  return isAffordable ? capped(wanted, cap) : undefined
}
