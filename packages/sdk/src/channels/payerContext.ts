import type { Hex } from 'viem'
import type { Writer } from '../client.ts'
import type { Signer } from '../crypto/signer.ts'
import type { ChannelConfig } from '../messages/channelConfig.ts'
import type { ChannelStore } from './channelStore.ts'
import type { PayerRecord } from './payerRecord.ts'

/** What every step of the payer's side shares. */
export type PayerContext = {
  readonly client: Writer
  readonly channelId: Hex
  readonly config: ChannelConfig
  readonly signer: Signer
  readonly store: ChannelStore<PayerRecord>
  readonly maxRequestUsdc: bigint
  readonly maxTotalUsdc?: bigint | undefined
  /** What was deposited when the chain was last asked, in USDC 1e-6. */
  depositedUsdc?: bigint
}
