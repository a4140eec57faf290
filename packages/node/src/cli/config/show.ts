import { configRows } from '../../config/configRows.ts'
import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'
import { formatTable } from '../table.ts'

export const addConfigShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .description('every setting with its value')
    .option('--origin', 'say where each value comes from')
    .action(
      run<{ origin?: boolean }>(async ({ io, globals, out }, { origin }) => {
        const loaded = await loadConfig({ file: globals.config, environment: io.environment })
        const rows = configRows(loaded)
        const columns = [
          { title: 'setting', cell: (row: (typeof rows)[number]) => row.key },
          { title: 'value', cell: (row: (typeof rows)[number]) => row.value },
          {
            title: 'origin',
            cell: (row: (typeof rows)[number]) => [row.origin, row.source].filter(Boolean).join(' '),
          },
        ]
        const shown = origin === true ? rows : rows.map(({ key, value }) => ({ key, value }))
        out.result({ file: loaded.file ?? null, home: loaded.config.home, settings: shown }, () =>
          formatTable(rows, origin === true ? columns : columns.slice(0, 2)),
        )
      }),
    )
}
