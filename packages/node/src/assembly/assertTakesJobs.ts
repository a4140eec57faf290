import type { FollowerStatus } from '../chain/chainEvent.ts'
import { QuoteDeclinedError } from '../errors/quoteDeclined.ts'
import type { NodeReason } from './nodeStatus.ts'

/** A node this far behind may learn too late that a job was opened. */
const MOST_LAG_BLOCKS = 30n

const codes = ['NODE_STOPPING', 'NOT_ANNOUNCED', 'INSUFFICIENT_GAS_FUNDS']

export type TakesJobsFacts = {
  reasons: readonly NodeReason[]
  chain: Pick<FollowerStatus, 'head' | 'lagBlocks' | 'lastErrorCode'>
}

function problemOf({ reasons, chain }: TakesJobsFacts): string | undefined {
  const { head, lagBlocks = 0n, lastErrorCode } = chain
  if (head === undefined || lastErrorCode !== undefined) return 'this provider cannot read the chain now'
  if (lagBlocks > MOST_LAG_BLOCKS) return `this provider is ${lagBlocks} blocks behind the chain`
  return reasons.find(({ code }) => codes.includes(code))?.message.replace(/\.$/, '')
}

/** Refuses a quote while a job that is opened under it would not be seen or could not be submitted; costs no request. */
export function assertTakesJobs(facts: TakesJobsFacts): void {
  const problem = problemOf(facts)
  if (problem !== undefined) throw new QuoteDeclinedError('PROVIDER_NOT_READY', problem)
}
