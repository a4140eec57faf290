import type { RuntimeLogger } from '../runtime/runtimeLogger.ts'
import type { ContentStore } from './contentStore.ts'
import { openFsStore } from './fsStore.ts'

export type OpenContentStoreOptions = {
  dir: string
  mode: 'fs' | 'helia' | 'kubo'
  apiUrl: string
  listen: readonly string[]
  bootstrap: readonly string[]
  logger: RuntimeLogger
}

/** The store that the configuration names; the libraries of the others are not even loaded. */
export async function openContentStore(options: OpenContentStoreOptions): Promise<ContentStore> {
  const { dir, mode, apiUrl, listen, bootstrap, logger } = options
  if (mode === 'kubo') {
    const { openKuboStore } = await import('./kuboStore.ts')
    logger.info({ apiUrl: new URL(apiUrl).origin }, 'content is kept by an IPFS daemon')
    return openKuboStore({ apiUrl })
  }
  if (mode === 'helia') {
    const { openHeliaStore } = await import('./heliaStore.ts')
    const store = await openHeliaStore({ dir, listen, bootstrap, logger })
    logger.info({ addresses: store.addresses().map(String) }, 'content is exchanged with peers')
    return store
  }
  return openFsStore({ dir })
}
