import type { Address, Hash } from 'viem'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import type { Writer } from '../client.ts'
import { deployedAddress } from '../deployedAddress.ts'
import * as VoucherRows from '../messages/voucherRows.ts'
import { sendCall } from './sendCall.ts'

export type ClaimVouchersParameters = {
  /** Receiver of every row. */
  receiver: Address
  /** Vouchers that keys signed, one per channel is enough: the highest. */
  rows: readonly VoucherRows.VoucherRow[]
}
export type ClaimVouchersReturnType = Hash

/**
 * Records vouchers of many channels of one receiver, 120 bytes each; anybody may. No money moves before `withdrawEarnings`.
 * A voucher above the deposit pays up to it; one that is not above what was claimed is skipped.
 *
 * @returns Hash of the transaction; `waitForTransaction` waits until it is mined.
 * @throws `VOUCHER_ROWS_MALFORMED`, `CONTRACT_BAD_VOUCHER` naming the row, before anything is sent: the call is simulated at the pending block.
 * @example
 * const hash = await claimVouchers(writer, { receiver, rows: [{ ...config, amountUsdc, signature }] })
 */
export async function claimVouchers(
  client: Writer,
  { receiver, rows }: ClaimVouchersParameters,
): Promise<ClaimVouchersReturnType> {
  return sendCall(client, {
    address: deployedAddress(client.dim, 'paymentChannels'),
    abi: paymentChannelsAbi,
    functionName: 'claim',
    args: [receiver, VoucherRows.encode(rows)],
    attempted: `Claiming ${rows.length} vouchers of ${receiver}`,
  })
}
