import type { AddCommand } from '../command.ts'
import { type ClaimOptions, withdrawFromEscrow } from '../node/claim.ts'
import { addWriteOptions } from '../writeOptions.ts'
import { openSession } from './openSession.ts'

export const addWalletWithdraw: AddCommand = (parent, run) => {
  addWriteOptions(parent.command('withdraw').description('take refunds and other money out of the escrow'))
    .option('--to <address>', 'receiver (default: the wallet itself)')
    .option('--amount <amount>', 'part of it, for instance "1usdc" (default: all)')
    .action(
      run<ClaimOptions>(async (context, options) => {
        const session = await openSession(context, { dryRun: options.dryRun === true })
        await withdrawFromEscrow(context, session, options)
      }),
    )
}
