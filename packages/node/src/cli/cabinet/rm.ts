import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { openCabinets } from './openCabinets.ts'

export const addCabinetRm: AddCommand = (parent, run) => {
  addWriteOptions(
    parent.command('rm').description('forget a cabinet; the data themselves stay where they are'),
  )
    .argument('<name>', 'the cabinet')
    .action(
      run<WriteOptions>(async (context, write, [name = '']) => {
        const { store } = await openCabinets(context)
        const { root } = await store.get(name)
        const isDry = write.dryRun === true
        await confirm(context, `Forget the cabinet "${name}" and its policy?`, { ...write, final: true })
        if (!isDry) await store.remove(name)
        const what = isDry ? 'would be forgotten' : 'is forgotten'
        context.out.result(
          { name, removed: !isDry, dryRun: isDry },
          () => `"${name}" ${what}; ${root} is untouched.`,
        )
      }),
    )
}
