import { fileURLToPath } from 'node:url'
import type { NetworkName } from './networks.ts'

const root = new URL('../../', import.meta.url)
const at = (path: string) => fileURLToPath(new URL(path, root))

/** Files of a deployment: what goes in, Ignition's journal, what comes out. */
export type Places = { parameters: string; journal: string; records: string; sdk: string }

export const placesOf = (network: NetworkName): Places => ({
  parameters: at(`ignition/parameters/${network}.json`),
  journal: at(`ignition/deployments/${network}`),
  records: at('ignition/records'),
  sdk: at('packages/sdk/src/deployments.ts'),
})
