import { execFileSync } from 'node:child_process'
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, root))

/** Inside the repository the source runs as it is; under node_modules Node strips no types, so what is packed is JavaScript. */
await rm(path('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js')
execFileSync(process.execPath, [tsc, '--project', path('tsconfig.build.json')], { stdio: 'inherit' })

for await (const name of glob('dist/**/*.d.ts', { cwd: path('.') })) {
  const text = await readFile(path(name), 'utf8')
  await writeFile(path(name), text.replace(/(from |import\()(['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1$2.js$3'))
}

const source = await readFile(path('package.json'), 'utf8')
const packed = {
  ...JSON.parse(source),
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
}
// `postpack` puts the original back; npm reads the file in between.
await rename(path('package.json'), path('package.source.json'))
await writeFile(path('package.json'), `${JSON.stringify(packed, undefined, 2)}\n`)
