import { type Address, type Hex, isAddressEqual, recoverAddress, zeroHash } from 'viem'
import { getJobEvents, type JobEvents } from '../actions/getJobEvents.ts'
import { isServiceKeyValid } from '../actions/isServiceKeyValid.ts'
import { type Reader, withDeployment } from '../client.ts'
import type { Deployment } from '../deployments.ts'
import { JobUnknownError } from '../errors/jobUnknown.ts'
import { ReceiptInvalidError } from '../errors/receiptInvalid.ts'
import * as Receipt from '../messages/receipt.ts'

export type VerifyReceiptParameters = {
  receipt: Receipt.Receipt
  signature: Hex
  deployment: Deployment
  /** Service key that is known to be the provider's; with a client the chain is asked instead. */
  serviceKey?: Address | undefined
  /** Checked against `detailsHash`. */
  details?: Receipt.Details | undefined
  /** With it, the key and the job are looked up on chain; without it nothing leaves this machine. */
  client?: Reader | undefined
}
export type VerifyReceiptReturnType = {
  /** Who signed: the provider itself or its service key. */
  signer: Address
  /** What the chain says about the job; `undefined` without a client. */
  job: JobEvents | undefined
}

/**
 * Checks a receipt of a job: offline its signature and its hashes; with a client also that the key was the provider's when it
 * served, and that the job on chain has the same parties, model, commitments and charge.
 *
 * @returns Who signed, and the job's events when a client was given.
 * @throws `RECEIPT_INVALID` naming the field, `JOB_UNKNOWN` when the chain has no such job, or the code of a chain that is down.
 * @example
 * const { signer } = await verifyReceipt({ ...Receipt.parseSigned(json), deployment, serviceKey })
 */
export async function verifyReceipt(parameters: VerifyReceiptParameters): Promise<VerifyReceiptReturnType> {
  const { receipt, details, client, deployment } = parameters
  if (details !== undefined && Receipt.hashDetails(details) !== receipt.detailsHash) {
    throw new ReceiptInvalidError('detailsHash', 'the details are not those that were signed')
  }
  assertJobForm(receipt)
  const signer = await signerOf(parameters)
  if (client === undefined) return { signer, job: undefined }
  const job = await getJobEvents(withDeployment(client, deployment), { jobId: receipt.channelId })
  assertSameJob(receipt, job)
  return { signer, job }
}

/** A job's channel holds one receipt: the first and the last. */
function assertJobForm(receipt: Receipt.Receipt): void {
  const { seq, prevReceipt, charged, cumulativeCharged } = receipt
  assertEqual('seq', seq, 0n)
  assertEqual('prevReceipt', prevReceipt, zeroHash)
  assertEqual('cumulativeCharged', cumulativeCharged, charged)
}

async function signerOf(parameters: VerifyReceiptParameters): Promise<Address> {
  const { receipt, signature, deployment, serviceKey, client } = parameters
  const { provider, servedAt } = receipt
  const hash = Receipt.hash(deployment, receipt)
  const signer = await recover(hash, signature)
  const isSigned = await Receipt.verify(deployment, receipt, { signature, signer })
  if (!isSigned) throw new ReceiptInvalidError('signature', 'it is malformed')
  if (isAddressEqual(signer, provider)) return signer
  if (client !== undefined) {
    const reader = withDeployment(client, deployment)
    if (await isServiceKeyValid(reader, { provider, serviceKey: signer, at: servedAt })) return signer
  } else if (serviceKey !== undefined && isAddressEqual(signer, serviceKey)) return signer
  throw new ReceiptInvalidError('signature', `it was made by ${signer}, which does not speak for ${provider}`)
}

async function recover(hash: Hex, signature: Hex): Promise<Address> {
  try {
    return await recoverAddress({ hash, signature })
  } catch {
    throw new ReceiptInvalidError('signature', 'it is malformed')
  }
}

function assertSameJob(receipt: Receipt.Receipt, { opened, submitted }: JobEvents): void {
  if (opened === undefined) throw new JobUnknownError(receipt.channelId, 'the chain')
  const { client, provider, modelKey, inputCommit } = opened.params
  assertEqual('payer', receipt.payer, client)
  assertEqual('provider', receipt.provider, provider)
  assertEqual('modelKey', receipt.modelKey, modelKey)
  assertEqual('requestHash', receipt.requestHash, inputCommit)
  assertEqual('responseHash', receipt.responseHash, submitted?.resultCommit)
  assertEqual('charged', receipt.charged, submitted?.chargedUsdc)
}

function assertEqual(field: string, actual: unknown, expected: unknown): void {
  if (String(actual).toLowerCase() === String(expected).toLowerCase()) return
  throw new ReceiptInvalidError(field, `it is ${actual}, ${expected} is right`)
}
