import { z } from 'zod'
import type { Gpu } from './gpu.ts'

/** What `system_profiler` is asked for; `parseSystemProfiler` reads its answer. */
export const systemProfilerArguments = ['SPDisplaysDataType', '-json', '-detailLevel', 'mini']

const text = z.string().optional().catch(undefined)

const answer = z.object({
  SPDisplaysDataType: z.array(
    z.object({
      sppci_model: text,
      _name: text,
      sppci_cores: text,
      sppci_device_type: text,
      spdisplays_vendor: text,
      spdisplays_vram: text,
      spdisplays_mtlgpufamilysupport: text,
    }),
  ),
})

const units: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30 }

/** The graphics processors of a Mac. On Apple silicon there is no memory of theirs: they work on the machine's own. */
export function parseSystemProfiler(json: string): Gpu[] {
  const parsed = answer.safeParse(parseJson(json))
  if (!parsed.success) return []
  return parsed.data.SPDisplaysDataType.map((card) => {
    const name = card.sppci_model ?? card._name ?? 'unknown'
    const isApple = /apple/i.test(card.spdisplays_vendor ?? '') || /^Apple /.test(name)
    const cores = Number(card.sppci_cores)
    return {
      name,
      vendor: isApple ? ('apple' as const) : ('other' as const),
      totalBytes: isApple ? undefined : toBytes(card.spdisplays_vram),
      usedBytes: undefined,
      busyPercent: undefined,
      isUnified: isApple,
      cores: Number.isInteger(cores) ? cores : undefined,
    }
  })
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function toBytes(vram: string | undefined): number | undefined {
  const [, size, unit] = /^(\d+(?:\.\d+)?) (MB|GB)$/.exec(vram ?? '') ?? []
  return size === undefined ? undefined : Number(size) * (units[unit ?? ''] ?? 0)
}
