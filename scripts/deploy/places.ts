import { fileURLToPath } from 'node:url'
import type { NetworkName } from './networks.ts'

const root = new URL('../../', import.meta.url)
const at = (path: string) => fileURLToPath(new URL(path, root))

/** Files of a deployment: what goes in, Ignition's journal, what comes out. */
export const placesOf = (network: NetworkName) => ({
  parameters: at(`ignition/parameters/${network}.json`),
  journal: at(`ignition/deployments/${network}`),
  record: at(`ignition/records/${network}.json`),
  exporter: at('scripts/deployments.ts'),
})
