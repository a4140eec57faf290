import {
  BaseError,
  fetchBlock,
  type ListedModel,
  listModels,
  listProviders,
  ModelManifest,
  refToCid,
} from '@dim/sdk'
import type { Hex } from 'viem'
import type { Network } from '../network/network.ts'
import type { ChainClient } from '../network/openChain.ts'

/** A registered version; the manifest is missing while no known node has it. */
export type CatalogueEntry = ListedModel & { cid: string; manifest: ModelManifest.ModelManifest | undefined }

/** Every registered model with its manifest, from the chain and from the nodes that are known or announced. */
export async function readCatalogue(
  chain: ChainClient,
  network: Network,
): Promise<readonly CatalogueEntry[]> {
  const [models, endpoints] = await Promise.all([listModels(chain), knownEndpoints(chain, network)])
  return Promise.all(models.map((model) => withManifest(model, endpoints)))
}

export async function knownEndpoints(chain: ChainClient, { endpoints }: Network): Promise<readonly string[]> {
  const announced = await listProviders(chain)
  return [...new Set([...endpoints, ...announced.map(({ endpoint }) => endpoint)])]
}

async function withManifest(model: ListedModel, endpoints: readonly string[]): Promise<CatalogueEntry> {
  const cid = refToCid(model.modelKey)
  return { ...model, cid, manifest: await fetchManifest(model.modelKey, endpoints) }
}

/** From the first node that has it; a node that does not, or sends another one, is passed over. */
export async function fetchManifest(
  modelKey: Hex,
  endpoints: readonly string[],
): Promise<ModelManifest.ModelManifest | undefined> {
  for (const endpoint of endpoints) {
    try {
      const bytes = await fetchBlock(endpoint, {
        cid: refToCid(modelKey),
        maxBytes: ModelManifest.maxBytes,
        timeoutMs: 5_000,
      })
      return ModelManifest.decode(bytes, modelKey)
    } catch (error) {
      if (!(error instanceof BaseError)) throw error
    }
  }
  return undefined
}
