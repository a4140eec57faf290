import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { drawSymbol } from '../models/symbolPicture.ts'
import { inspectCabinet } from './inspectCabinet.ts'
import { loadTable } from './loadTable.ts'

describe('inspectCabinet', () => {
  let dir = ''
  let count = 0
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-cabinet-'))
  })
  after(() => rm(dir, { recursive: true }))

  const options = { name: 'c', description: '', nowMs: 0, forbidden: [] }
  const folder = async (files: Record<string, string | Uint8Array>) => {
    const root = join(dir, String(count++))
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(root, name, '..'), { recursive: true })
      await writeFile(join(root, name), content)
    }
    return root
  }

  it('describes files without copying them; the digest depends on all bytes and names', async () => {
    const root = await folder({ 'a.csv': 'x\n1\n', 'b.csv': 'x\n2\n', 'notes.txt': 'no data' })
    const record = await inspectCabinet(root, options)
    assert.deepEqual(
      record.files.map(({ path }) => path),
      ['a.csv', 'b.csv'],
    )
    assert.deepEqual(
      [record.format, record.rows, record.columns],
      ['csv', 2, [{ name: 'x', type: 'number' }]],
    )
    await rename(join(root, 'b.csv'), join(root, 'c.csv'))
    assert.notEqual((await inspectCabinet(root, options)).digest, record.digest)
  })

  it('describes pictures by folder and size', async () => {
    const picture = await drawSymbol('sum')
    const root = await folder({ 'cats/1.png': picture, 'dogs/1.png': picture })
    const record = await inspectCabinet(root, options)
    assert.deepEqual((await loadTable(record)).rows, [
      ['cats/1.png', 'cats', 224, 224],
      ['dogs/1.png', 'dogs', 224, 224],
    ])
  })

  for (const [what, change] of [
    ['grew', (root: string) => appendFile(join(root, 'a.csv'), '2\n')],
    ['has other bytes of the same length', (root: string) => writeFile(join(root, 'a.csv'), 'x\n2\n')],
    ['is gone', (root: string) => rm(join(root, 'a.csv'))],
  ] as const) {
    it(`refuses to read a file that ${what}`, async () => {
      const root = await folder({ 'a.csv': 'x\n1\n' })
      const record = await inspectCabinet(root, options)
      await change(root)
      await assert.rejects(loadTable(record), { code: 'CABINET_CHANGED' })
    })
  }

  it('refuses a path that is not there, a link out of the folder, mixed formats, a folder of the node', async () => {
    const root = await folder({ 'a.csv': 'x\n1\n' })
    await assert.rejects(inspectCabinet(join(root, 'none'), options), { code: 'CABINET_PATH_REFUSED' })
    const forbidden = [join(root, 'keys')]
    await mkdir(join(root, 'keys'))
    await assert.rejects(inspectCabinet(root, { ...options, forbidden }), { code: 'CABINET_PATH_REFUSED' })
    await symlink('/etc/passwd', join(root, 'b.csv'))
    await assert.rejects(inspectCabinet(root, options), { code: 'CABINET_PATH_REFUSED' })
    const mixed = await folder({ 'a.csv': 'x\n1\n', 'b.jsonl': '{"x":1}\n' })
    await assert.rejects(inspectCabinet(mixed, options), { code: 'CABINET_PATH_REFUSED' })
    assert.equal((await inspectCabinet(mixed, { ...options, format: 'jsonl' })).rows, 1)
  })
})
