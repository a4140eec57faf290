import { getChainTime } from '@dim/sdk'
import { cabinetFolder } from '../cabinets/cabinetFolder.ts'
import { createCabinetStore } from '../cabinets/cabinetStore.ts'
import { createCabinets } from '../cabinets/cabinets.ts'
import { createSpendStore } from '../cabinets/spendStore.ts'
import type { Config } from '../config/config.ts'
import type { NodeParts } from './nodeParts.ts'

/** The provider's data sets; their records are read again for every job. */
export function openCabinets(config: Config, { reader, storage, runner, sandbox }: NodeParts) {
  return createCabinets({
    store: createCabinetStore(cabinetFolder(config)),
    spends: createSpendStore(storage.db),
    deployment: reader.dim,
    runner,
    sandboxLevel: sandbox.level,
    chainTime: () => getChainTime(reader),
    nowMs: () => performance.now(),
  })
}
