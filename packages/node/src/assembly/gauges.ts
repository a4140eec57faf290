import { getEscrowAccount } from '@dim/sdk'
import type { NodeParts } from './nodeParts.ts'
import type { ProviderRole } from './openProvider.ts'

export type GaugesOptions = {
  parts: NodeParts
  role: ProviderRole
  lagBlocks: () => bigint | undefined
}

/** Reads what is not counted as it happens. What cannot be read keeps its last value: unknown is not zero. */
export function createGauges({ parts, role, lagBlocks }: GaugesOptions) {
  const { metrics, reader, identity } = parts
  return async function refreshGauges(): Promise<void> {
    const { stakeUsdc } = role.account.facts
    const lag = lagBlocks()
    if (stakeUsdc !== undefined) metrics.stakeUnits.set(Number(stakeUsdc))
    if (lag !== undefined) metrics.chainLagBlocks.set(Number(lag))
    metrics.queueDepth.set(role.status().queued)
    for (const { modelKey, name, state, executionProviders } of role.models.list()) {
      const labels = { model: name ?? modelKey, ep: executionProviders[0] ?? 'none' }
      metrics.modelLoaded.set(labels, state === 'warm' ? 1 : 0)
    }
    const { disk } = await parts.resources.refresh()
    metrics.diskFreeBytes.set(disk.freeBytes)
    const { availableUsdc } = await getEscrowAccount(reader, { account: identity.account.address })
    metrics.claimableUnits.set({ asset: 'usdc' }, Number(availableUsdc))
  }
}
