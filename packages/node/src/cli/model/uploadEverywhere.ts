import { BaseError } from '@dim/sdk'
import type { ContentStore } from '../../content/contentStore.ts'
import type { PublishedModel } from '../../models/publish.ts'
import type { Context } from '../context.ts'
import { uploadModel } from './uploadModel.ts'

/** No node took the files: a model without them would be registered for nothing. */
export class UploadFailedError extends BaseError {
  override readonly code = 'UPLOAD_FAILED'

  constructor(reasons: readonly string[], causes: readonly unknown[]) {
    super(`No node took the files of the model: ${reasons.join('; ') || 'none is known'}.`, {
      cause: causes[0],
      charged: 'Nothing was registered and nothing was charged.',
      hint: 'Name a node that takes uploads (--provider URL), or start one with models.maxUploadGb above 0.',
      retryable: true,
    })
  }
}

/** Uploads to each node; one that refuses is passed over as long as another one takes the files. */
export async function uploadEverywhere(
  { io, out }: Context,
  endpoints: readonly string[],
  { content, published }: { content: ContentStore; published: PublishedModel },
): Promise<void> {
  const total = published.manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const refusals: { reason: string; error: unknown }[] = []
  for (const endpoint of endpoints) {
    const step = out.progress(`uploading to ${endpoint}`, { total, unit: 'bytes' })
    let done = 0
    const onProgress = (bytes: number) => {
      done += bytes
      step.update(done)
    }
    try {
      await uploadModel(endpoint, { content, roots: published.cids, onProgress, signal: io.signal })
      step.done()
    } catch (error) {
      if (!(error instanceof BaseError)) throw error
      step.fail(`${endpoint}: ${error.shortMessage}`)
      refusals.push({ reason: `${endpoint}: ${error.shortMessage}`, error })
    }
  }
  if (refusals.length === endpoints.length)
    throw new UploadFailedError(
      refusals.map(({ reason }) => reason),
      refusals.map(({ error }) => error),
    )
}
