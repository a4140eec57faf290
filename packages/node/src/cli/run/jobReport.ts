import {
  type Answer,
  type JobOutcome,
  type ModelManifest,
  type Reader,
  Receipt,
  refToCid,
  TensorSet,
} from '@dim/sdk'
import type { Hash, Hex } from 'viem'
import { getTransactionReceipt } from 'viem/actions'

/** What a paid job was, cost and gave: the same for `dim run`, `dim job watch` and `npm start`. */
export type JobReport = {
  jobId: Hex
  model: string
  modelCid: string
  provider: Hex
  status: 'completed'
  priceUsdc: bigint
  paidUsdc: bigint
  refundedUsdc: bigint
  gas: { open: number; submit: number; settle: number }
  transactions: { open: Hash; submit: Hash; settle: Hash }
  timingsMs: Readonly<Record<string, number>>
  output: unknown
  receipt: ReturnType<typeof Receipt.signedToJson>
}

export type JobReportInput = {
  chain: Reader
  manifest: ModelManifest.ModelManifest
  outcome: JobOutcome
  answers: readonly Answer[]
}

export async function createJobReport({
  chain,
  manifest,
  outcome,
  answers,
}: JobReportInput): Promise<JobReport> {
  const { jobId, transactions, receipt, chargedUsdc, refundedUsdc, timingsMs } = outcome
  const gasOf = async (hash: Hash) => Number((await getTransactionReceipt(chain, { hash })).gasUsed)
  const [open, submit, settle] = await Promise.all(
    [transactions.open, transactions.submit, transactions.pay].map(gasOf),
  )
  return {
    jobId,
    model: manifest.name,
    modelCid: refToCid(receipt.modelKey),
    provider: receipt.provider,
    status: 'completed',
    priceUsdc: chargedUsdc + refundedUsdc,
    paidUsdc: chargedUsdc,
    refundedUsdc,
    gas: { open: open ?? 0, submit: submit ?? 0, settle: settle ?? 0 },
    transactions: { open: transactions.open, submit: transactions.submit, settle: transactions.pay },
    timingsMs,
    output: answers.length === 1 && answers[0] !== undefined ? outputOf(answers[0]) : answers.map(outputOf),
    receipt: signedReceipt(chain, outcome),
  }
}

/** The file that `dim verify` reads. */
const signedReceipt = ({ dim }: Reader, { receipt, receiptSignature, receiptSigner, details }: JobOutcome) =>
  Receipt.signedToJson({
    receipt,
    details,
    signer: receiptSigner,
    signature: receiptSignature as `0x${string}`,
    chainId: dim.chainId,
    providerRegistry: dim.providerRegistry,
  })

function outputOf(answer: Answer): unknown {
  if (answer.kind === 'tensor') return { kind: 'tensor', output: answer.output, ...tensorJson(answer.tensor) }
  return answer
}

/** A tensor as JSON: its numbers row by row, or its texts. */
export function tensorJson(tensor: TensorSet.Tensor) {
  const { dtype, dims } = tensor
  const values =
    dtype === 'string'
      ? [...(TensorSet.toTyped(tensor) as Iterable<string>)]
      : Array.from(TensorSet.toNumbers(tensor))
  return { dtype, dims, values }
}
