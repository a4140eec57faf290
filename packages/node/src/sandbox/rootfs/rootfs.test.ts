import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { after, before, describe, it } from 'node:test'
import { buildRootfs } from './buildRootfs.ts'
import { digestRootfs } from './packRootfs.ts'
import { programFiles } from './programFiles.ts'
import { parseLdd } from './sharedLibraries.ts'

const onLinux = { skip: process.platform !== 'linux' }
let root: string

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dim-rootfs-'))
})
after(() => rm(root, { recursive: true, force: true }))

async function program(name: string, sources: Readonly<Record<string, string>>): Promise<string> {
  const dir = join(root, name)
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(join(dir, path, '..'), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  return dir
}

const dependency = {
  'node_modules/dep/package.json': '{"name":"dep","dependencies":{"deep":"1","adm-zip":"1"}}',
  'node_modules/dep/index.js': '',
  'node_modules/dep/bin/napi-v6/linux/other/x.node': '',
  'node_modules/dep/bin/napi-v6/plan9/x64/x.node': '',
  'node_modules/deep/package.json': '{"name":"deep"}',
  'node_modules/deep/index.js': '',
}

describe('what a worker runs on', () => {
  it('holds the modules that the entry imports, and not those of which it takes types only', async () => {
    const dir = await program('modules', {
      'a/entry.ts': `import { x } from '../b.ts'\nimport type { T } from './types.ts'\nawait import('./late.ts')\n`,
      'b.ts': `import { readFileSync } from 'node:fs'\nexport const x = readFileSync`,
      'a/late.ts': `export {\n  y,\n} from './more.ts'`,
      'a/more.ts': '',
      'a/types.ts': '',
      'secret.ts': '',
    })
    const { files, placeOf } = programFiles([join(dir, 'a/entry.ts')])
    assert.deepEqual([...files.keys()].sort(), ['a/entry.ts', 'a/late.ts', 'a/more.ts', 'b.ts'])
    assert.equal(placeOf(join(dir, 'a/entry.ts')), 'a/entry.ts')
  })

  it('holds packages with theirs, without what only installs or is for another machine', async () => {
    const dir = await program('packages', {
      'entry.ts': `import 'dep'\nimport * as dep from 'dep'`,
      ...dependency,
    })
    const { files } = programFiles([join(dir, 'entry.ts')])
    const modules = [...files.keys()].filter((place) => place.startsWith('node_modules')).sort()
    assert.deepEqual(modules, [
      'node_modules/deep/index.js',
      'node_modules/deep/package.json',
      'node_modules/dep/index.js',
      'node_modules/dep/package.json',
    ])
  })

  it('says which package is missing', async () => {
    const dir = await program('missing', { 'entry.ts': `import { x } from 'not-there-at-all'` })
    assert.throws(() => programFiles([join(dir, 'entry.ts')]), { code: 'SANDBOX_BUILD_FAILED' })
  })

  it('is named by its contents alone', async () => {
    const [one, two, other] = await Promise.all([
      program('one', { 'x/a': 'a', b: 'b' }),
      program('two', { b: 'b', 'x/a': 'a' }),
      program('other', { b: 'b', 'x/a': 'A' }),
    ])
    const digest = await digestRootfs(one)
    assert.match(digest, /^sha256:[0-9a-f]{64}$/)
    assert.equal(await digestRootfs(two), digest)
    assert.notEqual(await digestRootfs(other), digest)
  })

  it('is built once, readable by every user, with Node and nothing of this machine', onLinux, async () => {
    const dir = await program('built', { 'entry.ts': 'console.log(1)' })
    const options = {
      workDir: join(root, 'work'),
      node: execPath,
      entry: join(dir, 'entry.ts'),
      modelPath: '/models',
    }
    const rootfs = await buildRootfs(options)
    assert.deepEqual(await buildRootfs(options), rootfs)
    assert.equal(readdirSync(options.workDir).length, 1)
    assert.ok(existsSync(join(rootfs.dir, rootfs.node)) && existsSync(join(rootfs.dir, rootfs.entry)))
    assert.equal(statSync(rootfs.dir).mode & 0o777, 0o755)
    assert.deepEqual(readdirSync(join(rootfs.dir, 'etc')).sort(), ['group', 'passwd'])
    assert.doesNotMatch(readFileSync(join(rootfs.dir, 'etc', 'passwd'), 'utf8'), /root/)
    assert.deepEqual(readdirSync(join(rootfs.dir, 'models')), [])
  })
})

describe('ldd', () => {
  it('is read for paths only', () => {
    const output =
      '\tlinux-vdso.so.1 (0x00007ffd)\n\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)\n' +
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n\tlibgone.so => not found\n'
    assert.deepEqual(parseLdd(output), ['/lib/x86_64-linux-gnu/libm.so.6', '/lib64/ld-linux-x86-64.so.2'])
  })
})
