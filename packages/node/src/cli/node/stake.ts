import {
  approveUsdc,
  getMinimumStake,
  getStakeAccount,
  getUsdcAllowance,
  requestUnstake,
  stake,
  withdrawStake,
} from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { groupCommand } from '../groupCommand.ts'
import type { SentTransaction } from '../network/openWriter.ts'
import { parseUsdc } from '../parseUsdc.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { type NodeSession, openNodeSession } from './nodeAccount.ts'

export const addNodeStake: AddCommand = (parent, run) => {
  const group = groupCommand(parent, 'stake', 'the deposit that backs your answers')
  addWriteOptions(group.command('add').description('add to the stake'))
    .argument('<amount>', 'for instance "100usdc"')
    .action(run<WriteOptions>((context, write, [amount = '']) => addStake(context, write, parseUsdc(amount))))
  addWriteOptions(
    group
      .command('withdraw')
      .description('take stake out: first it thaws, then the same command pays it out'),
  )
    .argument('[amount]', 'how much to thaw; without it, what has thawed is paid out')
    .action(run<WriteOptions>((context, write, [amount]) => withdrawOrThaw(context, write, amount)))
}

async function addStake(context: Context, write: WriteOptions, amountUsdc: bigint): Promise<void> {
  const session = await openNodeSession(context, { dryRun: write.dryRun === true })
  const { writer, address: provider } = session
  const spender = writer.dim.providerRegistry
  await confirm(context, `Stake ${formatUsdc(amountUsdc)} for ${provider}?`, { ...write, final: false })
  const allowedUsdc = await getUsdcAllowance(writer, { owner: provider, spender })
  const sent: SentTransaction[] = []
  if (allowedUsdc < amountUsdc) {
    sent.push(await session.transact('approve', () => approveUsdc(writer, { spender, amountUsdc })))
  }
  // A dry run cannot simulate what needs an approval that was never sent.
  if (!session.dryRun || allowedUsdc >= amountUsdc) {
    sent.push(await session.transact('stake', () => stake(writer, { provider, amountUsdc })))
  }
  await report(context, session, sent)
}

async function withdrawOrThaw(
  context: Context,
  write: WriteOptions,
  amount: string | undefined,
): Promise<void> {
  const amountUsdc = amount === undefined ? undefined : parseUsdc(amount)
  const session = await openNodeSession(context, { dryRun: write.dryRun === true })
  const { writer, address } = session
  if (amountUsdc !== undefined) {
    await confirm(context, `Let ${formatUsdc(amountUsdc)} of stake thaw? It backs no jobs from now on.`, {
      ...write,
      final: false,
    })
    await report(context, session, [
      await session.transact('thaw', () => requestUnstake(writer, { amountUsdc })),
    ])
    return
  }
  const { thawingUsdc } = await getStakeAccount(writer, { provider: address })
  if (thawingUsdc === 0n)
    throw new UsageError('No stake is thawing.', {
      charged: 'Nothing was charged.',
      hint: 'Say how much: dim node stake withdraw 10usdc.',
    })
  await report(context, session, [
    await session.transact('pay out', () => withdrawStake(writer, { to: address })),
  ])
}

async function report(
  { out }: Context,
  { writer, address, dryRun }: NodeSession,
  sent: readonly SentTransaction[],
): Promise<void> {
  const [account, minimumUsdc] = await Promise.all([
    getStakeAccount(writer, { provider: address }),
    getMinimumStake(writer),
  ])
  const value = {
    provider: address,
    stakeUsdc: account.stakeUsdc,
    thawingUsdc: account.thawingUsdc,
    minimumUsdc,
    dryRun,
    transactions: transactionRows(sent),
  }
  out.result(value, () =>
    [
      `Stake of ${address}: ${formatUsdc(account.stakeUsdc)}, thawing ${formatUsdc(account.thawingUsdc)} (least for jobs: ${formatUsdc(minimumUsdc)})${dryRun ? ', unchanged' : ''}`,
      transactionLines(sent),
    ].join('\n'),
  )
}
