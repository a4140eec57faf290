import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { it } from 'node:test'
import { workerEntry } from '../../runtime/workerEntry.ts'
import { spawnWorker } from '../../runtime/workerProcess.ts'
import { createProcessSandbox } from './processSandbox.ts'

/** Above the highest process id that a kernel gives. */
const nobodysPid = 4_194_305

it('plain processes work below the folder of the node, and leave nothing there', async () => {
  const workDir = await mkdtemp(join(tmpdir(), 'dim-work-'))
  try {
    const left = join(workDir, `worker-${nobodysPid}-abc`)
    await mkdir(left)
    const sandbox = createProcessSandbox({ node: execPath, entry: workerEntry(), workDir })
    await sandbox.prepare()
    assert.ok(!existsSync(left), 'what a killed node left is removed')
    const worker = spawnWorker({ memoryLimitBytes: 536_870_912, sandbox })
    await worker.ready
    assert.equal(readdirSync(workDir).length, 1)
    worker.kill()
    await worker.exited
    assert.deepEqual(readdirSync(workDir), [])
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
})
