import { createWallet } from '../../identity/createWallet.ts'
import { walletPath } from '../../identity/walletPath.ts'
import type { AddCommand } from '../command.ts'
import { formatFields } from '../fields.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { passwordSource } from './passwordSource.ts'
import { walletHome } from './walletHome.ts'

export const addWalletNew: AddCommand = (parent, run) => {
  addWriteOptions(parent.command('new').description('make a key, encrypted with a password'))
    .argument('[name]', 'name of the wallet (default: that of --wallet)')
    .action(
      run<WriteOptions>(async (context, { dryRun }, [given]) => {
        const { keystore: dir, name: usual, passwordFile } = await walletHome(context)
        const name = given ?? usual
        const path = walletPath(dir, name)
        if (dryRun === true) {
          context.out.result({ dryRun: true, name, path }, () => `Would write a new key to ${path}.`)
          return
        }
        const password = await passwordSource(context, { file: passwordFile, repeat: true })()
        const { address } = await createWallet({ dir, name, password })
        context.out.result({ name, address, path }, () => formatFields({ wallet: name, address, file: path }))
      }),
    )
}
