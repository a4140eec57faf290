import type { Address, Hex, TransactionReceipt } from 'viem'

export type SendParameters = {
  /** Names what is meant, for instance `submit:${jobId}`: the same intent never reaches the chain twice. */
  intent: string
  to: Address
  data: Hex
  value?: bigint
  gas?: bigint
  /** Default true: a call at `pending` before anything is recorded, so that a revert costs nothing. */
  simulate?: boolean
  signal?: AbortSignal
}

export type TransactionSender = {
  /** Answers the receipt, at once when the intent was mined before; throws the decoded revert. */
  send(parameters: SendParameters): Promise<TransactionReceipt>
  /** Drives every intent that a former process left unfinished; call once before the first `send`. */
  resume(signal?: AbortSignal): Promise<void>
  pending(): Promise<number>
}
