/** What a cabinet takes at most: its rows are held in memory while a job reads them. */
export const cabinetLimits = { files: 100_000, bytes: 2 ** 28, rows: 1_000_000, columns: 1_024 } as const
