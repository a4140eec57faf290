/** Rows of one file as they were written, by column. */
export type RawRows = { columns: readonly string[]; rows: readonly (readonly unknown[])[] }

/** A file of a cabinet with its bytes. */
export type NamedBytes = { path: string; bytes: Uint8Array }
