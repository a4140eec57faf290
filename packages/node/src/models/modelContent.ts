import { ModelManifest, refToCid, TensorSet } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { endpointsToProviders } from '../content/endpointsToProviders.ts'

export type ModelSource = { modelKey: string; providers: readonly string[]; signal: AbortSignal }

const GOLDEN_BYTES = 256 * 1024 * 1024

/** A DAG has more bytes than its file: nodes that name the chunks, at least 256 KiB each in any usual layout. */
const withNodes = (bytes: number): bigint => BigInt(bytes) + BigInt(Math.ceil(bytes / 64)) + 65_536n

const manifestCid = (modelKey: string): CID => CID.parse(refToCid(modelKey as `0x${string}`))

function rootsOf(modelKey: string, manifest: ModelManifest.ModelManifest): CID[] {
  const golden = manifest.golden.flatMap(({ inputs, outputs }) => [inputs, outputs])
  const files = manifest.files.map(({ cid }) => cid)
  return [manifestCid(modelKey), ...[...files, ...golden].map((cid) => CID.parse(cid))]
}

/** What of a model lies in the content store; nothing is fetched beyond what its manifest says. */
export function createModelContent(content: ContentStore) {
  const fetchRoot = (cid: CID, maxBytes: bigint, { providers, signal }: ModelSource) =>
    content.fetch(cid, { providers: endpointsToProviders(providers), signal, maxBytes })

  return {
    async fetchManifest(source: ModelSource): Promise<ModelManifest.ModelManifest> {
      const cid = manifestCid(source.modelKey)
      await fetchRoot(cid, BigInt(ModelManifest.maxBytes), source)
      return ModelManifest.decode(await content.getBlock(cid), source.modelKey as `0x${string}`)
    },
    /** Answers how many blocks came from others. */
    async fetchFiles(manifest: ModelManifest.ModelManifest, source: ModelSource): Promise<number> {
      let fetched = 0
      for (const { cid, bytes } of manifest.files)
        fetched += (await fetchRoot(CID.parse(cid), withNodes(bytes), source)).blocks
      return fetched
    },
    /** Keeps what of the model is here in full. */
    async pin(modelKey: string, manifest: ModelManifest.ModelManifest): Promise<void> {
      for (const root of rootsOf(modelKey, manifest))
        if (await isWhole(content, root)) await content.pin(root, `${manifest.name} ${manifest.version}`)
    },
    async fetchTensors(cid: string, source: ModelSource): Promise<TensorSet.TensorSet> {
      await fetchRoot(CID.parse(cid), withNodes(GOLDEN_BYTES), source)
      return TensorSet.decode(await readWhole(content, CID.parse(cid)), { maxBytes: GOLDEN_BYTES })
    },
    read: ({ cid }: ModelManifest.File, signal: AbortSignal) => content.read(CID.parse(cid), { signal }),
    /** Deletes what no pin and none of the `others` needs. */
    async drop(
      modelKey: string,
      manifest: ModelManifest.ModelManifest,
      others: ReadonlyMap<string, { manifest: ModelManifest.ModelManifest }>,
    ): Promise<void> {
      const keep = [...others].flatMap(([key, other]) => rootsOf(key, other.manifest))
      await content.drop(rootsOf(modelKey, manifest), { keep })
    },
  }
}

async function isWhole(content: ContentStore, root: CID): Promise<boolean> {
  for await (const _ of content.missing(root)) return false
  return true
}

async function readWhole(content: ContentStore, cid: CID): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of content.read(cid)) {
    bytes += part.length
    if (bytes > GOLDEN_BYTES) break
    parts.push(part)
  }
  return Buffer.concat(parts)
}
