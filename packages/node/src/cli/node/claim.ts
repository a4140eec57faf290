import { BaseError, getEscrowAccount, withdraw } from '@dim/sdk'
import { type Address, getAddress, isAddress } from 'viem'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatUsdc } from '../formatUsdc.ts'
import type { WriteSession } from '../network/openWriter.ts'
import { parseUsdc } from '../parseUsdc.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { openNodeSession } from './nodeAccount.ts'

/** The escrow owes this account nothing now. */
export class NothingToClaimError extends BaseError {
  override readonly code = 'NOTHING_TO_CLAIM'

  constructor(account: Address) {
    super(`The escrow holds nothing for ${account}.`, {
      charged: 'Nothing was charged.',
      hint: 'Jobs that wait for their window are paid when it is over; `dim node earnings` shows them.',
    })
  }
}

export type ClaimOptions = WriteOptions & { to?: string; amount?: string }

export const addNodeClaim: AddCommand = (parent, run) => {
  addWriteOptions(parent.command('claim').description('pay out what the node has earned'))
    .option('--to <address>', "receiver (default: the node's account)")
    .option('--amount <amount>', 'part of it, for instance "1usdc" (default: all)')
    .action(
      run<ClaimOptions>(async (context, options) => {
        const session = await openNodeSession(context, { dryRun: options.dryRun === true })
        await withdrawFromEscrow(context, session, options)
      }),
    )
}

/** Moves what an account has in the escrow to a wallet. */
export async function withdrawFromEscrow(
  context: Context,
  session: WriteSession,
  { to, amount, ...write }: ClaimOptions,
): Promise<void> {
  const { writer } = session
  const account = writer.account.address
  const receiver = to === undefined ? account : parseAddress(to)
  const { availableUsdc } = await getEscrowAccount(writer, { account })
  const amountUsdc = amount === undefined ? availableUsdc : parseUsdc(amount)
  if (amountUsdc === 0n) throw new NothingToClaimError(account)
  await confirm(context, `Pay ${formatUsdc(amountUsdc)} to ${receiver}?`, { ...write, final: false })
  const sent = await session.transact('pay out', () => withdraw(writer, { to: receiver, amountUsdc }))
  context.out.result(
    {
      account,
      to: receiver,
      claimedUsdc: amountUsdc,
      dryRun: session.dryRun,
      transactions: transactionRows([sent]),
    },
    () =>
      [
        `${session.dryRun ? 'Would pay' : 'Paid'} ${formatUsdc(amountUsdc)} to ${receiver}.`,
        transactionLines([sent]),
      ].join('\n'),
  )
}

function parseAddress(text: string): Address {
  if (!isAddress(text))
    throw new UsageError(`"${text}" is not an address (or its checksum is wrong).`, {
      charged: 'Nothing was charged.',
    })
  return getAddress(text)
}
