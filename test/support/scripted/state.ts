import type { ModelManifest, ProviderRecord, Quote, Receipt, TensorSet, Writer } from '@dim/sdk'
import type { Hex, LocalAccount } from 'viem'
import type { TestChain } from '../chain.ts'

/** How a provider breaks the rules; without any it keeps them. */
export type Script = {
  /** What it asks on top of the owner's floor; 1,000 by default. */
  askUsdc?: bigint
  chargedUsdc?: bigint
  secondsToSubmit?: number
  challengeWindow?: number
  /** Changes a quote before it is signed. */
  quote?: (quote: Quote.Quote) => Quote.Quote
  quoteSigner?: LocalAccount
  /** `refuse` answers 409, `break` 503; `silent` answers success and sends nothing. */
  relay?: 'open' | 'refuse' | 'break' | 'silent'
  work?: 'deliver' | 'silent' | 'decline'
  acceptance?: 'relay' | 'break'
  outputs?: (outputs: TensorSet.TensorSet) => TensorSet.TensorSet
  receipt?: (receipt: Receipt.Receipt) => Receipt.Receipt
  receiptSigner?: LocalAccount
  /** Changes outputs after they were committed to. */
  swapOutputs?: (outputs: TensorSet.TensorSet) => TensorSet.TensorSet
  /** Changes a block of a result on its way out. */
  tamper?: (bytes: Uint8Array) => Uint8Array
  /** Seals the result to somebody else. */
  replyKey?: Uint8Array
}

/** All that a scripted provider knows. */
export type ProviderState = {
  chain: TestChain
  account: LocalAccount
  writer: Writer
  serviceAccount: LocalAccount
  hpke: { publicKey: Uint8Array; privateKey: Uint8Array }
  manifest: ModelManifest.ModelManifest
  modelKey: Hex
  endpoint: string
  announced: { record: ProviderRecord.ProviderRecord; signature: Hex } | undefined
  /** May be changed at any time. */
  script: Script
  blocks: Map<string, Uint8Array>
  quotes: Map<Hex, Quote.Quote>
  /** Requests so far, without ids. */
  calls: string[]
  /** Errors of the provider's own, empty when it did what it was scripted to do. */
  failures: unknown[]
}

/** An answer that is an error, as problem details. */
export class Problem {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    this.status = status
    this.code = code
  }
}
