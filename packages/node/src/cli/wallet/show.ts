import { getEscrowAccount, getUsdcBalance, type Reader } from '@dim/sdk'
import { type Address, formatEther } from 'viem'
import type { WalletInfo } from '../../identity/identity.ts'
import { listWallets } from '../../identity/listWallets.ts'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { type ChainClient, openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { formatTable } from '../table.ts'
import { walletHome } from './walletHome.ts'

type Balances = { usdc: bigint; escrowUsdc: bigint; gas: bigint }
type Row = WalletInfo & { balances: Balances | undefined }

export const addWalletShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .description('addresses and balances; needs no password')
    .argument('[name]', 'one wallet only')
    .action(
      run(async (context, _options, [name]) => {
        const { keystore } = await walletHome(context)
        const all = await listWallets({ dir: keystore })
        const wallets = all.filter((wallet) =>
          name === undefined ? wallet.name !== 'service' : wallet.name === name,
        )
        if (wallets.length === 0) {
          throw new UsageError(
            `There is no wallet${name === undefined ? '' : ` "${name}"`} in ${keystore}.`,
            {
              charged: 'Nothing was charged.',
              hint: 'Make one with `dim wallet new`.',
            },
          )
        }
        const { chain, reason } = await chainIfReachable(context)
        const rows = await Promise.all(
          wallets.map(
            async (wallet): Promise<Row> => ({
              ...wallet,
              balances: await balancesOf(chain, wallet.address),
            }),
          ),
        )
        print(context, rows, reason)
      }),
    )
}

/** Unknown is not zero: without a chain the balances are shown as unknown, with the reason. */
async function chainIfReachable(
  context: Context,
): Promise<{ chain: ChainClient | undefined; reason: string | undefined }> {
  try {
    return { chain: await openChain(await resolveNetwork(context)), reason: undefined }
  } catch (error) {
    if (context.globals.network !== undefined) throw error
    return { chain: undefined, reason: error instanceof Error ? error.message : String(error) }
  }
}

async function balancesOf(
  chain: (ChainClient & Reader) | undefined,
  account: Address,
): Promise<Balances | undefined> {
  if (chain === undefined) return undefined
  const [usdc, escrow, gas] = await Promise.all([
    getUsdcBalance(chain, { account }),
    getEscrowAccount(chain, { account }),
    chain.getBalance({ address: account }),
  ])
  return { usdc, escrowUsdc: escrow.availableUsdc, gas }
}

function print({ out }: Context, rows: readonly Row[], reason: string | undefined): void {
  if (reason !== undefined) out.note(`  balances are unknown: ${reason}`)
  const value = rows.map(({ name, address, path, balances }) => ({
    name,
    address,
    file: path,
    usdc: balances === undefined ? null : balances.usdc,
    escrowUsdc: balances === undefined ? null : balances.escrowUsdc,
    gas: balances === undefined ? null : formatEther(balances.gas),
  }))
  const known = (row: Row, read: (balances: Balances) => string) =>
    row.balances === undefined ? '-' : read(row.balances)
  out.result({ wallets: value }, () =>
    formatTable(rows, [
      { title: 'wallet', cell: (row) => row.name },
      { title: 'address', cell: (row) => row.address },
      { title: 'wallet balance', align: 'right', cell: (row) => known(row, ({ usdc }) => formatUsdc(usdc)) },
      {
        title: 'in escrow',
        align: 'right',
        cell: (row) => known(row, ({ escrowUsdc }) => formatUsdc(escrowUsdc)),
      },
      { title: 'gas money', align: 'right', cell: (row) => known(row, ({ gas }) => formatEther(gas)) },
    ]),
  )
}
