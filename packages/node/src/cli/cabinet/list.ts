import type { AddCommand } from '../command.ts'
import { formatTable } from '../table.ts'
import { describeCabinet } from './describeCabinet.ts'
import { openCabinets } from './openCabinets.ts'

export const addCabinetList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('the cabinets of this provider')
    .action(
      run(async (context) => {
        const { store } = await openCabinets(context)
        const records = await store.list()
        const { out } = context
        out.result({ cabinets: records.map((record) => describeCabinet(record).value) }, () =>
          records.length === 0
            ? 'There are no cabinets. Make one with `dim cabinet add NAME PATH`.'
            : formatTable(records, [
                { title: 'cabinet', cell: ({ name }) => name },
                { title: 'format', cell: ({ format }) => format },
                { title: 'rows', align: 'right', cell: ({ rows }) => String(rows) },
                { title: 'access', cell: ({ policy }) => accessOf(policy?.clients) },
                { title: 'about', cell: ({ description }) => description },
              ]),
        )
      }),
    )
}

function accessOf(clients: readonly string[] | 'anybody' | undefined): string {
  if (clients === undefined || clients.length === 0) return 'nobody'
  return clients === 'anybody' ? clients : `${clients.length} ${clients.length === 1 ? 'client' : 'clients'}`
}
