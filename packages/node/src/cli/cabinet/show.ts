import { countSpends } from '../../cabinets/countSpends.ts'
import type { AddCommand } from '../command.ts'
import { describeCabinet } from './describeCabinet.ts'
import { openCabinets } from './openCabinets.ts'

export const addCabinetShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .description('columns, digest, policy, and how many answers were given')
    .argument('<name>', 'the cabinet')
    .action(
      run(async (context, _options, [name = '']) => {
        const { store, database } = await openCabinets(context)
        const record = await store.get(name)
        const shown = describeCabinet(record, { given: countSpends(database, name) })
        context.out.result(shown.value, () => shown.text)
      }),
    )
}
