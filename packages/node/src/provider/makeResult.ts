import { type Deployment, Envelope, type JobParams, Receipt, ResultPayload, TensorSet } from '@dim/sdk'
import { bytesToHex, type Hex, type LocalAccount } from 'viem'
import type { EngineRun } from '../backends/engineRunner.ts'
import type { NewResult } from './jobStore.ts'
import type { OpenedInput } from './openInput.ts'

export type MakeResultOptions = {
  deployment: Deployment
  serviceAccount: LocalAccount
  jobId: Hex
  params: JobParams.JobParams
  input: Pick<OpenedInput, 'replyKey' | 'isPlain'>
  run: EngineRun
  chargedUsdc: bigint
  /** Chain time, seconds. */
  servedAt: number
  sandbox: string
  randomBytes: (length: number) => Uint8Array
}

export type SealedResult = { record: NewResult; blocks: readonly Uint8Array[] }

async function sealTo(input: MakeResultOptions['input'], payload: Uint8Array) {
  const envelope = input.isPlain
    ? Envelope.plain(payload)
    : await Envelope.seal({ payload, recipientKey: input.replyKey })
  return { ref: envelope.ref, blocks: [envelope.root, ...envelope.chunks] }
}

/** Commits to outputs, signs the receipt and seals both to the client. Nothing leaves the node here. */
export async function makeResult(options: MakeResultOptions): Promise<SealedResult> {
  const { deployment, serviceAccount, jobId, params, input, run, chargedUsdc, servedAt, sandbox } = options
  const { provider, client, modelKey, inputCommit } = params
  const salt = bytesToHex(options.randomBytes(32))
  const digest = TensorSet.digest(run.outputs)
  const resultCommit = TensorSet.resultCommit({ provider, jobId, digest, salt })
  const { runtime, executionProvider, timingsMs, usage } = run
  const where = { runtime, executionProvider, sandbox: run.sandbox ?? sandbox }
  const details = { ...where, timingsMs, ...(usage === undefined ? {} : { usage }) }
  const about = { provider, client, jobId, modelKey, inputCommit, resultCommit, details }
  const receipt = Receipt.forJob({ ...about, charged: chargedUsdc, servedAt })
  const signature = await Receipt.sign(deployment, receipt, serviceAccount)
  const tensors = TensorSet.encode(run.outputs)
  const payload = ResultPayload.encode({ tensors, salt, receipt, signature, details })
  const { ref, blocks } = await sealTo(input, payload)
  const receiptJson = JSON.stringify({ receipt: Receipt.toJson(receipt), signature })
  const recorded = { resultCommit, resultRef: ref, chargedUsdc, salt, digest }
  return { record: { ...recorded, receiptJson, detailsJson: JSON.stringify(details) }, blocks }
}
