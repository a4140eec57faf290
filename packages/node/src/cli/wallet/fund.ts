import { BaseError, getUsdcBalance, transferUsdc, waitForTransaction, withDeployment } from '@dim/sdk'
import { type Address, createWalletClient, custom, parseEther } from 'viem'
import { devAccounts } from '../../devnet/accounts.ts'
import { devClient } from '../../devnet/chain.ts'
import { listWallets } from '../../identity/listWallets.ts'
import type { AddCommand } from '../command.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { type ChainClient, openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { parseUsdc } from '../parseUsdc.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { walletHome } from './walletHome.ts'

const devnetChainId = 31_337
const gasMoney = parseEther('10')

/** Money for nothing exists on a devnet only. */
export class NoFaucetError extends BaseError {
  override readonly code = 'CHAIN_WITHOUT_FAUCET'

  constructor(chainId: number) {
    super(`Chain ${chainId} is no devnet: it gives no money away.`, {
      charged: 'Nothing was charged.',
      hint: 'Send USDC to the address that `dim wallet show` prints.',
    })
  }
}

export const addWalletFund: AddCommand = (parent, run) => {
  addWriteOptions(
    parent.command('fund').description('devnet only: test USDC and gas money from the dev account'),
  )
    .argument('[amount]', 'how much, for instance "100usdc"', '100usdc')
    .action(
      run<WriteOptions>(async (context, { dryRun }, [amount = '100usdc']) => {
        const amountUsdc = parseUsdc(amount)
        const chain = await openChain(await resolveNetwork(context))
        if (chain.dim.chainId !== devnetChainId) throw new NoFaucetError(chain.dim.chainId)
        const { keystore, name } = await walletHome(context)
        const wallet = (await listWallets({ dir: keystore })).find((known) => known.name === name)
        if (wallet === undefined)
          throw new UsageError(`There is no wallet "${name}" in ${keystore}.`, {
            hint: 'Make one with `dim wallet new`.',
          })
        if (dryRun !== true) await fund(chain, wallet.address, amountUsdc)
        const balanceUsdc = await getUsdcBalance(chain, { account: wallet.address })
        context.out.result(
          { address: wallet.address, dryRun: dryRun === true, fundedUsdc: amountUsdc, usdc: balanceUsdc },
          () =>
            dryRun === true
              ? `Would send ${formatUsdc(amountUsdc)} and gas money to ${wallet.address}.`
              : `${wallet.address} holds ${formatUsdc(balanceUsdc)} now.`,
        )
      }),
    )
}

/** The chain itself signs for its known accounts, so that two commands at once do not share a nonce. */
async function fund(chain: ChainClient, to: Address, amountUsdc: bigint): Promise<void> {
  const account = devAccounts().dev.address
  const transport = custom({ request: (call) => chain.request(call as never) })
  const writer = withDeployment(createWalletClient({ account, chain: chain.chain, transport }), chain.dim)
  await devClient(chain.chain.rpcUrls.default.http[0] ?? '').setBalance({ address: to, value: gasMoney })
  await waitForTransaction(chain, { hash: await transferUsdc(writer, { to, amountUsdc }) })
}
