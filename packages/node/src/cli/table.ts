import { stripVTControlCharacters } from 'node:util'

export type Column<Row> = { title: string; align?: 'left' | 'right'; cell(row: Row): string }

/** Columns as wide as their widest cell, two spaces apart; colour codes do not count. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => columns.map((c) => c.cell(row)))]
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => width(line[at] ?? ''))))
  return cells
    .map((line) =>
      line
        .map((cell, at) => pad(cell, widths[at] ?? 0, columns[at]?.align))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function pad(cell: string, size: number, align: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, size - width(cell)))
  return align === 'left' ? cell + gap : gap + cell
}

const width = (text: string) => stripVTControlCharacters(text).length
