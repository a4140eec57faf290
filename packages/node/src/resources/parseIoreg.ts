/** What `ioreg` is asked for; `parseIoreg` reads its answer. */
export const ioregArguments = ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator']

export type AcceleratorUse = { busyPercent: number | undefined; usedBytes: number | undefined }

/** How busy each accelerator of a Mac is and what memory it has in use, in the order of the registry. */
export function parseIoreg(text: string): AcceleratorUse[] {
  return [...text.matchAll(/"PerformanceStatistics"\s*=\s*\{([^}]*)\}/g)].map(([, statistics = '']) => ({
    busyPercent: numberOf(statistics, 'Device Utilization %'),
    usedBytes: numberOf(statistics, 'In use system memory'),
  }))
}

function numberOf(statistics: string, name: string): number | undefined {
  const found = statistics.split(',').find((entry) => entry.trim().startsWith(`"${name}"=`))
  const value = found?.split('=')[1]?.trim()
  return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value)
}
