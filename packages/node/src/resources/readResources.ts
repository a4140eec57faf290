import { statfs } from 'node:fs/promises'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import { availableMemory, constrainedMemory } from 'node:process'
import type { Gpu } from './gpu.ts'
import type { Resources } from './resources.ts'

/** Reads what the machine has now. Limits of the control group count as the machine's own. */
export async function readResources(dir: string, gpus: readonly Gpu[]): Promise<Resources> {
  const { bavail, blocks, bsize } = await statfs(dir)
  const limit = constrainedMemory()
  return {
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
    memory: {
      totalBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
      availableBytes: availableMemory(),
      isUnified: gpus.some(({ isUnified }) => isUnified),
    },
    gpus,
    disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize },
  }
}
