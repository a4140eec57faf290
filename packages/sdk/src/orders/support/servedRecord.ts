import { toHex } from 'viem'
import type { ServedRecord } from '../deskOrderRecord.ts'

type Changes = Partial<Omit<ServedRecord, 'order' | 'served'>> & {
  order?: Partial<ServedRecord['order']>
  served?: Partial<ServedRecord['served']>
}

const hash = (number: number) => toHex(number, { size: 32 }) as ServedRecord['orderId']
let count = 0

/** A served order for tests, each with an id of its own. */
export function servedRecord({ order, served, ...rest }: Changes): ServedRecord {
  count += 1
  return {
    orderId: hash(count),
    order: {
      client: '0x00000000000000000000000000000000000000C1',
      provider: '0x00000000000000000000000000000000000000A1',
      modelKey: hash(7),
      inputCommit: hash(8),
      price: 1_000n,
      submitBy: 10_000,
      feeBps: 100,
      royaltyBps: 50,
      nonce: BigInt(count),
      ...order,
    },
    signature: '0x',
    signedBy: 'key',
    takenAtBlock: 1n,
    takenAt: 1_000,
    settleBy: 10_000,
    state: 'served',
    served: { chargedUsdc: 1_000n, resultCommit: hash(9), ...served },
    ...rest,
  }
}
