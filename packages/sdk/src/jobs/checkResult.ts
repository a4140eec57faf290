import { type Address, type Hex, isAddressEqual } from 'viem'
import { isServiceKeyValid } from '../actions/isServiceKeyValid.ts'
import { ReceiptInvalidError } from '../errors/receiptInvalid.ts'
import { ResultCommitMismatchError } from '../errors/resultCommitMismatch.ts'
import { ResultRejectedError } from '../errors/resultRejected.ts'
import { ResultUnreadableError } from '../errors/resultUnreadable.ts'
import * as Receipt from '../messages/receipt.ts'
import * as ResultPayload from '../messages/resultPayload.ts'
import * as TensorSet from '../messages/tensorSet.ts'
import { assertAnswersFit } from './answersFit.ts'
import type { Submission } from './awaitSubmission.ts'
import type { ClientJob } from './clientJob.ts'
import type { JobContext } from './jobContext.ts'
import { readRetrying } from './readRetrying.ts'
import { assertTensorsFit } from './tensorsFit.ts'
import { verifyReceipt } from './verifyReceipt.ts'

/** What names and shapes may add to the bytes of the tensors. */
const headerBytes = 2 ** 20

export type CheckedResult = {
  outputs: TensorSet.TensorSet
  receipt: Receipt.Receipt
  receiptSignature: Hex
  receiptSigner: Address
  details: Receipt.Details
}

/** Checks all that can be checked about a result before it is accepted: commitment, receipt, shapes, the caller's own check. */
export async function checkResult(
  context: JobContext,
  job: ClientJob,
  { payload, submission }: { payload: Uint8Array; submission: Submission },
): Promise<CheckedResult> {
  const { jobId, manifest } = job
  const { receipt, signature, details, salt, outputs } = decode(job, payload)
  assertCommitment(job, { outputs, salt, submission })
  const receiptSigner = await assertReceipt(context, job, { receipt, signature, details, submission })
  if (job.cabinet === undefined) {
    assertTensorsFit({ side: 'output', ports: manifest.outputs, tensors: outputs })
  } else {
    assertAnswersFit(job.cabinet, outputs)
  }
  const verdict = await context.options.verify?.(outputs)
  if (verdict !== undefined && verdict !== true) throw new ResultRejectedError(jobId, verdict.refused)
  context.report('verified', { jobId, reexecuted: verdict === true })
  return { outputs, receipt, receiptSignature: signature, receiptSigner, details }
}

function decode({ jobId, manifest }: ClientJob, payload: Uint8Array) {
  try {
    const result = ResultPayload.decode(payload)
    return {
      ...result,
      outputs: TensorSet.decode(result.tensors, { maxBytes: manifest.maxima.outputBytes + headerBytes }),
    }
  } catch (cause) {
    throw new ResultUnreadableError(jobId, cause)
  }
}

type Commitment = {
  outputs: TensorSet.TensorSet
  salt: ResultPayload.ResultPayload['salt']
  submission: Submission
}

function assertCommitment({ jobId, params }: ClientJob, { outputs, salt, submission }: Commitment): void {
  const { provider } = params
  const digest = TensorSet.digest(outputs)
  const computed = TensorSet.resultCommit({ provider, jobId, digest, salt })
  const committed = submission.resultCommit
  if (computed !== committed) throw new ResultCommitMismatchError({ jobId, committed, computed })
}

type Statement = Pick<ResultPayload.ResultPayload, 'receipt' | 'signature' | 'details'> & {
  submission: Submission
}

/** The receipt must be exactly the one that this job calls for, signed by the provider or a key that was its own then. */
async function assertReceipt(context: JobContext, job: ClientJob, statement: Statement): Promise<Address> {
  const { client } = context
  const { receipt, signature, details, submission } = statement
  const { provider, client: payer, modelKey, inputCommit } = job.params
  const { servedAt } = receipt
  const expected = Receipt.forJob({
    provider,
    client: payer,
    jobId: job.jobId,
    modelKey,
    inputCommit,
    resultCommit: submission.resultCommit,
    details,
    charged: submission.chargedUsdc,
    servedAt,
  })
  for (const field of Object.keys(expected) as (keyof Receipt.Receipt)[]) {
    if (String(expected[field]).toLowerCase() === String(receipt[field]).toLowerCase()) continue
    throw new ReceiptInvalidError(field, `it is ${receipt[field]}, ${expected[field]} is right`)
  }
  const { serviceKey } = job.provider.record
  const { signer } = await verifyReceipt({ receipt, signature, details, deployment: client.dim, serviceKey })
  if (isAddressEqual(signer, provider)) return signer
  const asked = { provider, serviceKey: signer, at: servedAt }
  if (!(await readRetrying(context, () => isServiceKeyValid(client, asked)))) {
    throw new ReceiptInvalidError('signature', `${signer} was not a valid key of ${provider} at ${servedAt}`)
  }
  return signer
}
