import { CID } from 'multiformats/cid'
import type { ContentStore } from '../content/contentStore.ts'
import { UploadRefusedError } from '../errors/uploadRefused.ts'

export type ModelUploadsOptions = {
  content: ContentStore
  /** All uploads together since the node was started; 0 turns them off. */
  maxBytes: number
  maxBlockBytes: number
}

/** Blocks of models that people upload to this node, so that others can fetch them from it. */
export function createModelUploads({ content, maxBytes, maxBlockBytes }: ModelUploadsOptions) {
  let taken = 0

  return {
    async uploadAllowance(): Promise<number> {
      if (maxBytes === 0) throw new UploadRefusedError('UPLOADS_DISABLED')
      if (taken >= maxBytes) throw new UploadRefusedError('UPLOAD_LIMIT_REACHED')
      return Math.min(maxBlockBytes, maxBytes - taken)
    },
    async storeModelBlock({ cid, bytes }: { cid: string; bytes: Uint8Array }): Promise<'stored' | 'present'> {
      const parsed = CID.parse(cid)
      if (await content.has(parsed)) return 'present'
      taken += bytes.length
      await content.putBlock(parsed, bytes)
      return 'stored'
    },
  }
}
