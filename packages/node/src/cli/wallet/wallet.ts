import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addWalletFund } from './fund.ts'
import { addWalletImport } from './import.ts'
import { addWalletNew } from './new.ts'
import { addWalletShow } from './show.ts'
import { addWalletWithdraw } from './withdraw.ts'

export const addWallet: AddCommand = (parent, run) => {
  const wallet = groupCommand(parent, 'wallet', 'keys that sign and pay')
  for (const add of [addWalletNew, addWalletImport, addWalletShow, addWalletFund, addWalletWithdraw])
    add(wallet, run)
}
