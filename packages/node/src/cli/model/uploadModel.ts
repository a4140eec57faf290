import { hasBlock, putModelBlock } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { blockLinks } from '../../content/blockLinks.ts'
import type { ContentStore } from '../../content/contentStore.ts'

export type UploadOptions = {
  content: ContentStore
  /** Roots of all that the manifest names. */
  roots: readonly string[]
  onProgress(bytes: number): void
  signal: AbortSignal
}

/** Pushes every block below the roots to a node, those that it has already excepted. */
export async function uploadModel(
  endpoint: string,
  { content, roots, onProgress, signal }: UploadOptions,
): Promise<void> {
  const seen = new Set<string>()
  const waiting = roots.map((root) => CID.parse(root))
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    const name = cid.toString()
    if (seen.has(name)) continue
    seen.add(name)
    const bytes = await content.getBlock(cid)
    waiting.push(...blockLinks(cid, bytes))
    if (!(await hasBlock(endpoint, { cid: name, signal })))
      await putModelBlock(endpoint, { cid: name, bytes, signal })
    onProgress(bytes.length)
  }
}
