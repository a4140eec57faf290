import type { Gpu } from './gpu.ts'

const MIB = 1_048_576

/** What `nvidia-smi` is asked for; `parseNvidiaSmi` reads its answer. */
export const nvidiaSmiArguments = [
  '--query-gpu=name,memory.total,memory.used,utilization.gpu',
  '--format=csv,noheader,nounits',
]

/** One line a card: name, MiB in all, MiB in use, percent busy. What a driver does not support it calls `[N/A]` or similar. */
export function parseNvidiaSmi(text: string): Gpu[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line) => {
      const cells = line.split(',').map((cell) => cell.trim())
      // A name may hold commas, the three numbers behind it do not.
      const [total, used, busy] = cells.slice(-3).map(toNumber)
      const name = cells.slice(0, -3).join(', ')
      if (name === '') return []
      return [
        {
          name,
          vendor: 'nvidia' as const,
          totalBytes: total === undefined ? undefined : total * MIB,
          usedBytes: used === undefined ? undefined : used * MIB,
          busyPercent: busy,
          isUnified: false,
          cores: undefined,
        },
      ]
    })
}

const toNumber = (cell: string): number | undefined => (/^\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined)
