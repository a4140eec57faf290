import { statfs } from 'node:fs/promises'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import { availableMemory, constrainedMemory } from 'node:process'
import type { Gpu } from './gpu.ts'
import { readGpus } from './readGpus.ts'
import type { Resources } from './resources.ts'

/** Reads what the machine has now. Limits of the control group count as the machine's own. */
export async function readResources(dir: string, gpus?: readonly Gpu[]): Promise<Resources> {
  const [found, { bavail, blocks, bsize }] = await Promise.all([gpus ?? readGpus(), statfs(dir)])
  const limit = constrainedMemory()
  return {
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
    memory: {
      totalBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
      availableBytes: availableMemory(),
      isUnified: found.some(({ isUnified }) => isUnified),
    },
    gpus: found,
    disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize },
  }
}
