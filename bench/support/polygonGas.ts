import type { EIP1193RequestFn, Hash } from 'viem'

/** One executed opcode and what it was charged, as `debug_traceTransaction` tells. */
export type TraceStep = { op: string; gasCost: number }

const ETHEREUM = { coldRead: 2_100, coldSet: 22_100, warmReset: 2_900, coldUnchanged: 2_200 } as const
const DEARER_READ = 5_460n - 2_100n
const DEARER_COLD_WRITE = 840n

/**
 * What Polygon's schedule (PIP-88) adds to a transaction that was priced by Ethereum's.
 *
 * A cold read costs 5,460 instead of 2,100; a write's own cold surcharge is 2,940 instead of 2,100, and a change of a
 * non-zero slot 2,060 instead of 2,900, so a cold change without a read stays at 5,000. Refunds are left as they are,
 * which overstates a cleared slot by at most 840 gas.
 */
export function polygonCorrection(steps: readonly TraceStep[]): bigint {
  return steps.reduce((sum, step) => sum + correctionOf(step), 0n)
}

/** Gas of a mined transaction under PIP-88. */
export async function polygonGas(
  request: EIP1193RequestFn,
  { hash, gasUsed }: { hash: Hash; gasUsed: bigint },
): Promise<bigint> {
  const trace = (await request({
    method: 'debug_traceTransaction',
    params: [hash, { disableStack: true, disableMemory: true, disableStorage: true }],
  } as never)) as { structLogs: TraceStep[] }
  return gasUsed + polygonCorrection(trace.structLogs)
}

function correctionOf({ op, gasCost }: TraceStep): bigint {
  if (op === 'SLOAD') return gasCost === ETHEREUM.coldRead ? DEARER_READ : 0n
  if (op !== 'SSTORE') return 0n
  if (gasCost === ETHEREUM.coldSet || gasCost === ETHEREUM.coldUnchanged) return DEARER_COLD_WRITE
  return gasCost === ETHEREUM.warmReset ? -DEARER_COLD_WRITE : 0n
}
