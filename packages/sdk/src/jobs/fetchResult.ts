import type { Hex } from 'viem'
import { listProviders } from '../actions/listProviders.ts'
import { refToCid } from '../crypto/cid.ts'
import * as Envelope from '../crypto/envelope.ts'
import { BaseError } from '../errors/baseError.ts'
import { BlockTamperedError } from '../errors/blockTampered.ts'
import { ResultUnavailableError } from '../errors/resultUnavailable.ts'
import { ResultUnreadableError } from '../errors/resultUnreadable.ts'
import { fetchBlock } from '../http/fetchBlock.ts'
import { delay } from '../utils/delay.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'

/** Looks for the result this often before it counts as withheld. */
const patience = 30

/** What a result holds beside its tensors: statement, salt, names and shapes. */
const overheadBytes = 2 ** 20

/** Fetches and opens the envelope that the chain names; answers the payload's bytes. */
export async function fetchResult(context: JobContext, job: ClientJob, resultRef: Hex): Promise<Uint8Array> {
  if (job.result !== undefined) return job.result
  const root = await getBlock(context, job, resultRef)
  const payload = await openResult(context, job, { root, resultRef })
  context.report('fetched', { jobId: job.jobId, bytes: payload.length })
  return payload
}

async function openResult(
  context: JobContext,
  job: ClientJob,
  { root, resultRef }: { root: Uint8Array; resultRef: Hex },
): Promise<Uint8Array> {
  const { jobId, manifest, replyPrivateKey: privateKey, isPublic } = job
  const getChunk = (ref: Hex) => getBlock(context, job, ref)
  const source = { root, ref: resultRef, getChunk, maxBytes: manifest.maxima.outputBytes + overheadBytes }
  try {
    return await (isPublic ? Envelope.openPlain(source) : Envelope.open({ ...source, privateKey }))
  } catch (cause) {
    context.signal.throwIfAborted()
    if (cause instanceof ResultUnavailableError || cause instanceof BlockTamperedError) throw cause
    throw new ResultUnreadableError(jobId, cause)
  }
}

/** One block from whoever has it. A provider that restarts comes back; one that sends other bytes is caught at once. */
async function getBlock(context: JobContext, job: ClientJob, ref: Hex): Promise<Uint8Array> {
  let last: unknown
  for (let look = 0; look < patience; look++) {
    for (const endpoint of await endpointsOf(context, job, look)) {
      try {
        return await fetchBlock(endpoint, { cid: refToCid(ref), attempts: 1, signal: context.signal })
      } catch (error) {
        context.signal.throwIfAborted()
        if (!(error instanceof BaseError)) throw error
        last = last instanceof BlockTamperedError ? last : error
      }
    }
    if (last instanceof BlockTamperedError) throw last
    await delay(context.pollingIntervalMs, context.signal)
  }
  throw new ResultUnavailableError(job.jobId, last)
}

/** The endpoint where the job was made first; later also where the provider says that it is now. */
async function endpointsOf({ client, options }: JobContext, { provider }: ClientJob, look: number) {
  const known = [provider.endpoint, ...(options.endpoints ?? [])]
  if (look === 0) return known
  try {
    const listed = await listProviders(client, { provider: provider.record.provider })
    return new Set([...known, ...listed.map(({ endpoint }) => endpoint)])
  } catch (error) {
    if (error instanceof BaseError) return known
    throw error
  }
}
