import { getEscrowAccount, getStakeAccount, iterateEvents, jobEscrowAbi } from '@dim/sdk'
import type { Address, Hex } from 'viem'
import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { type ChainClient, openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { nodeAddress } from './nodeAccount.ts'

export const addNodeEarnings: AddCommand = (parent, run) => {
  parent
    .command('earnings')
    .description('earned, pending, claimable and withdrawn, apart; needs no password')
    .action(
      run(async (context) => {
        const { config } = await loadConfig({
          file: context.globals.config,
          environment: context.io.environment,
        })
        const provider = await nodeAddress(config)
        const chain = await openChain(await resolveNetwork(context))
        const [books, account, stake] = await Promise.all([
          readBooks(chain, provider),
          getEscrowAccount(chain, { account: provider }),
          getStakeAccount(chain, { provider }),
        ])
        const value = {
          provider,
          jobsPaid: books.paid,
          jobsPending: books.pending.size,
          earnedUsdc: books.earnedUsdc,
          pendingUsdc: sum(books.pending),
          claimableUsdc: account.availableUsdc,
          withdrawnUsdc: books.withdrawnUsdc,
          stakeUsdc: stake.stakeUsdc,
        }
        context.out.result(value, () =>
          formatFields({
            provider,
            earned: `${formatUsdc(books.earnedUsdc)} from ${books.paid} ${books.paid === 1 ? 'job' : 'jobs'}`,
            pending: `at most ${formatUsdc(sum(books.pending))} in ${books.pending.size} submitted ${books.pending.size === 1 ? 'job' : 'jobs'}, before fees`,
            claimable: `${formatUsdc(account.availableUsdc)}${account.availableUsdc > 0n ? '  (dim node claim)' : ''}`,
            withdrawn: formatUsdc(books.withdrawnUsdc),
            stake: formatUsdc(stake.stakeUsdc),
          }),
        )
      }),
    )
}

type Books = { paid: number; earnedUsdc: bigint; withdrawnUsdc: bigint; pending: ReadonlyMap<Hex, bigint> }

const eventNames = ['JobSubmitted', 'JobPaid', 'JobSplit', 'JobRefunded', 'Withdrawn'] as const

/** What the escrow's events say about one provider. */
async function readBooks(chain: ChainClient, provider: Address): Promise<Books> {
  const pending = new Map<Hex, bigint>()
  const books = { paid: 0, earnedUsdc: 0n, withdrawnUsdc: 0n }
  const events = iterateEvents(chain, {
    address: chain.dim.jobEscrow,
    abi: jobEscrowAbi,
    eventNames,
    fromBlock: chain.dim.deployedAtBlock,
    attempted: `Reading the earnings of ${provider}`,
  })
  for await (const event of events) {
    if (event.eventName === 'Withdrawn') {
      if (event.args.account === provider) books.withdrawnUsdc += event.args.amount
      continue
    }
    const { jobId } = event.args
    if (event.eventName !== 'JobSubmitted') pending.delete(jobId)
    if (event.eventName === 'JobRefunded' || event.args.provider !== provider) continue
    if (event.eventName === 'JobSubmitted') pending.set(jobId, event.args.charged)
    else {
      books.paid += 1
      books.earnedUsdc += event.args.toProvider
    }
  }
  return { ...books, pending }
}

const sum = (amounts: ReadonlyMap<Hex, bigint>) =>
  [...amounts.values()].reduce((total, amount) => total + amount, 0n)
