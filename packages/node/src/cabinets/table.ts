/** A value of a row; `null` where there is none. A picture is the path of its file inside the cabinet. */
export type Cell = number | string | boolean | readonly number[] | null

export type ColumnType = 'number' | 'text' | 'boolean' | 'numbers' | 'picture'

export type Column = { name: string; type: ColumnType }

/** Data of a cabinet in memory: cells of a row are in the order of the columns. */
export type Table = { columns: readonly Column[]; rows: readonly (readonly Cell[])[] }
