import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { makeWorkFolder, removeLeftFolders } from './workFolder.ts'

/** Above the highest process id that a kernel gives. */
const nobodysPid = 4_194_305

it('folders of workers whose node was killed are removed, and no others', async () => {
  const workDir = await mkdtemp(join(tmpdir(), 'dim-work-'))
  try {
    const left = join(workDir, `worker-${nobodysPid}-abc`)
    await mkdir(join(left, 'models'), { recursive: true })
    await mkdir(join(workDir, 'rootfs-abc'))
    const mine = makeWorkFolder(workDir)
    removeLeftFolders(workDir)
    assert.ok(!existsSync(left))
    assert.ok(existsSync(mine))
    assert.ok(existsSync(join(workDir, 'rootfs-abc')))
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
})
