import assert from 'node:assert/strict'
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { resetFolder } from './resetFolder.ts'

describe('resetFolder', () => {
  let base = ''
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'dim-reset-'))
  })
  after(() => rm(base, { recursive: true }))

  const devnetFolder = async (name: string, pid: number) => {
    const dir = join(base, name)
    await mkdir(join(dir, 'logs'), { recursive: true })
    await writeFile(join(dir, 'password'), 'secret')
    await writeFile(join(dir, 'devnet.pid'), `${pid}\n`)
    return dir
  }

  it('wipes what a devnet that ended has left', async () => {
    const dir = await devnetFolder('ended', 0)
    await resetFolder(dir, process.pid)
    await assert.rejects(access(dir), { code: 'ENOENT' })
  })

  it('leaves the folder of a devnet that runs', async () => {
    const dir = await devnetFolder('running', process.ppid)
    await assert.rejects(resetFolder(dir, process.pid), { code: 'DEVNET_RUNNING' })
    assert.deepEqual((await readdir(dir)).sort(), ['devnet.pid', 'logs', 'password'])
  })

  it('leaves a folder that no devnet wrote', async () => {
    const dir = join(base, 'photographs')
    await mkdir(join(dir, 'logs'), { recursive: true })
    await assert.rejects(resetFolder(dir, process.pid), { code: 'NO_DEVNET_FOLDER' })
    assert.deepEqual(await readdir(dir), ['logs'])
  })

  it('has nothing to do where nothing is', () => resetFolder(join(base, 'nowhere'), process.pid))
})
