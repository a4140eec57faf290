import assert from 'node:assert/strict'
import { tmpdir, totalmem } from 'node:os'
import { describe, it } from 'node:test'
import { readGpus } from './readGpus.ts'
import { createResourceWatch } from './resourceWatch.ts'

const GIB = 2 ** 30

describe('resource watch', () => {
  it('reads this machine and refuses what it cannot hold, with a code', async () => {
    const limits = { workerMemoryBytes: GIB, blankWorkerBytes: 0 }
    const watch = createResourceWatch({ dir: tmpdir(), limits })
    const { cores, memory, disk } = await watch.refresh()
    assert.ok(cores >= 1)
    assert.ok(memory.totalBytes > 0 && memory.totalBytes <= totalmem())
    assert.ok(memory.availableBytes > 0 && memory.availableBytes <= memory.totalBytes)
    assert.ok(disk.freeBytes > 0 && disk.freeBytes < disk.totalBytes)
    const need = { memoryBytes: 2 * GIB, isLoaded: true, executionProvider: 'cpu', diskBytes: 0 }
    assert.throws(() => watch.assertFits('m', need), { code: 'RESOURCES_EXHAUSTED', retryable: false })
    watch.assertFits('m', { ...need, memoryBytes: 1 })
  })

  it('asks the tools of the system at hand', async () => {
    const asked: string[] = []
    const run = async (file: string) => {
      asked.push(file)
      return file === 'nvidia-smi' ? 'NVIDIA A10G, 23028, 4, 1' : undefined
    }
    assert.equal((await readGpus(run, 'linux'))[0]?.name, 'NVIDIA A10G')
    assert.deepEqual(await readGpus(run, 'darwin'), [])
    assert.deepEqual(asked, ['nvidia-smi', '/usr/sbin/system_profiler', '/usr/sbin/ioreg'])
  })
})
