import type { JobParams, JobStatus, NodeInfo, Quote } from '@dim/sdk'
import type { Address, Hex } from 'viem'

export type GatewayModel = {
  modelKey: Hex
  cid: string
  name: string | undefined
  state: 'cold' | 'loading' | 'warm' | 'failed'
  askUsdc: bigint
  executionProvider: string | undefined
  reason: string | undefined
}

export type QuoteRequest = { client: Address; modelKey: Hex; inputBytes: number }

export type SubmitRequest = {
  quoteNonce: Hex
  params: JobParams.JobParams
  accessProof: Hex
  authorization: { validAfter: bigint; validBefore: bigint; signature: Hex }
}

export type AcceptRequest = {
  params: JobParams.JobParams
  resultCommit: Hex
  resultRef: Hex
  signature: Hex
}

export type Relayed = { jobId: Hex; transactionHash: Hex | undefined; status: string }

/** Each reason is a code and a sentence: `STAKE_TOO_SMALL: …`. */
export type Readiness = { ready: boolean; reasons: readonly string[] }

/** What the gateway asks of the rest of the node; every refusal is a `BaseError` with a code. */
export type GatewayServices = {
  getInfo(): Promise<NodeInfo.NodeInfo>
  /** JSON value of the deployment. */
  getNetwork(): Readonly<Record<string, string | number | undefined>>
  listModels(): readonly GatewayModel[]
  quote(request: QuoteRequest): Promise<{ quote: Quote.Quote; signature: Hex; expectedMs: number }>
  /** Bytes that this block may have under its quote; throws when the quote is not alive. */
  inputAllowance(block: { cid: string; quoteNonce: Hex }): Promise<number>
  /** Resolves when the block is on disk. */
  storeInputBlock(block: { cid: string; bytes: Uint8Array; quoteNonce: Hex }): Promise<'stored' | 'present'>
  /** Bytes that one block of a model may have; throws where uploads are off or their space is used up. */
  uploadAllowance(): Promise<number>
  storeModelBlock(block: { cid: string; bytes: Uint8Array }): Promise<'stored' | 'present'>
  submit(request: SubmitRequest): Promise<Relayed>
  accept(request: AcceptRequest): Promise<Relayed>
  getStatus(jobId: Hex): Promise<JobStatus.JobStatus>
  /** A block that this node offers to everybody; throws `BLOCK_NOT_FOUND`. */
  getOfferedBlock(cid: string): Promise<Uint8Array>
  getReadiness(): Readiness
  renderMetrics(): Promise<{ contentType: string; text: string }>
}
