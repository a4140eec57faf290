import type { Hex } from 'viem'
import { BaseError } from './baseError.ts'

/** A channel does not hold enough for the next request. */
export class ChannelDepositTooSmallError extends BaseError {
  override readonly code = 'CHANNEL_DEPOSIT_TOO_SMALL'
  readonly missingUsdc: bigint

  constructor(channelId: Hex, { neededUsdc, depositedUsdc }: { neededUsdc: bigint; depositedUsdc: bigint }) {
    super(
      `Channel ${channelId} does not hold enough: it takes ${neededUsdc} in all, ${depositedUsdc} was deposited (USDC 1e-6).`,
      { charged: 'Nothing was signed or charged.', hint: 'Deposit the difference.' },
    )
    this.missingUsdc = neededUsdc - depositedUsdc
  }
}
