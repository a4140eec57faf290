import { cabinetFolder } from '../../cabinets/cabinetFolder.ts'
import { createCabinetStore } from '../../cabinets/cabinetStore.ts'
import { loadConfig } from '../../config.ts'
import type { Context } from '../context.ts'

/** The cabinets of the configured node, which need not run, and the folders that are no data. */
export async function openCabinets({ globals, io }: Context) {
  const { config } = await loadConfig({ file: globals.config, environment: io.environment })
  const { node, keystore, content, models } = config
  return {
    store: createCabinetStore(cabinetFolder(config)),
    database: `${node.dataDir}/node.sqlite`,
    forbidden: [node.dataDir, keystore.path, content.dir, models.cacheDir],
  }
}
