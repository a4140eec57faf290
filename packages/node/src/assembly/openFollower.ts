import { jobEscrowAbi, modelRegistryAbi } from '@dim/sdk'
import type { Logger } from 'pino'
import { createEventFollower } from '../chain/follower.ts'
import type { Config } from '../config/config.ts'
import type { NodeParts } from './nodeParts.ts'
import type { ProviderRole } from './openProvider.ts'

export type OpenFollowerOptions = {
  config: Config
  parts: NodeParts
  role: ProviderRole
  /** A model was registered. */
  onModel: () => void
  logger: Logger
}

/** Follows escrow and model registry for the provider. */
export function openFollower({ config, parts, role, onModel, logger }: OpenFollowerOptions) {
  const { reader, storage, metrics } = parts
  const { confirmations, maxBlockRange, pollMs } = config.chain
  const { jobEscrow, modelRegistry, deployedAtBlock } = reader.dim
  return createEventFollower({
    name: 'provider',
    client: reader,
    sources: [
      { address: jobEscrow, abi: jobEscrowAbi },
      { address: modelRegistry, abi: modelRegistryAbi },
    ],
    storage,
    fromBlock: deployedAtBlock,
    confirmations,
    maxRange: maxBlockRange,
    pollMs,
    onBatch: role.events.onBatch,
    onRewind: role.events.onRewind,
    onCommit: (step) => {
      role.events.onCommit(step)
      if (step.events.some(({ eventName }) => eventName === 'ModelRegistered')) onModel()
    },
    onError: (code) => metrics.rpcErrorsTotal.inc({ code }),
    logger: logger.child({ part: 'chain' }),
  })
}
