import type { Hex } from 'viem'
import { refToCid } from '../crypto/cid.ts'
import { ManifestUnavailableError } from '../errors/manifestUnavailable.ts'
import { fetchBlock } from '../http/fetchBlock.ts'
import * as ModelManifest from '../messages/modelManifest.ts'

/** Fetches the manifest of a model from the first endpoint that has it; its hash is the model's key. */
export async function loadManifest(
  modelKey: Hex,
  { endpoints, signal }: { endpoints: readonly string[]; signal: AbortSignal },
): Promise<ModelManifest.ModelManifest> {
  const causes: unknown[] = []
  for (const endpoint of new Set(endpoints)) {
    try {
      const cid = refToCid(modelKey)
      const bytes = await fetchBlock(endpoint, {
        cid,
        maxBytes: ModelManifest.maxBytes,
        signal,
        timeoutMs: 10_000,
      })
      return ModelManifest.decode(bytes, modelKey)
    } catch (error) {
      signal.throwIfAborted()
      causes.push(error)
    }
  }
  throw new ManifestUnavailableError(modelKey, causes)
}
