import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

const entry = fileURLToPath(new URL('../../packages/sdk/src/index.ts', import.meta.url))
const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))

// Asks for Node's WebCrypto only where globalThis.crypto is missing, which is in no browser.
const guarded = /node_modules\/@hpke\/common\//

/** Collects imports of Node's own modules, and answers them with nothing, so that all are found in one run. */
function collectNodeImports(found: string[]): Plugin {
  return {
    name: 'collect-node-imports',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (!path.startsWith('node:') && !builtins.has(path)) return undefined
        if (kind === 'dynamic-import' && guarded.test(importer)) return { path, external: true }
        found.push(`${path} in ${importer}`)
        return { path, namespace: 'absent' }
      })
      onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
    },
  }
}

async function bundle(contents: string): Promise<{ text: string; nodeImports: string[] }> {
  const nodeImports: string[] = []
  const { outputFiles } = await build({
    stdin: {
      contents,
      resolveDir: fileURLToPath(new URL('../../packages/sdk/src', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'dim',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
    plugins: [collectNodeImports(nodeImports)],
  })
  return { text: outputFiles[0]?.text ?? '', nodeImports }
}

describe('the SDK in a browser', () => {
  it('bundles without any module of Node', async (t) => {
    const { text, nodeImports } = await bundle(await readFile(entry, 'utf8'))
    assert.deepEqual(nodeImports, [])
    const kilobytes = (bytes: number) => `${Math.round(bytes / 1_024)} KiB`
    t.diagnostic(`whole SDK: ${kilobytes(text.length)}, gzip ${kilobytes(gzipSync(text).length)}`)
    const reading = await bundle("export { getJob, withDeployment } from './index.ts'")
    t.diagnostic(
      `getJob alone: ${kilobytes(reading.text.length)}, gzip ${kilobytes(gzipSync(reading.text).length)}`,
    )
  })

  it('leaves out of a bundle what is not imported', async () => {
    const names = ['getJob', 'createPayerChannel', 'createClient']
    const bundles = await Promise.all(
      names.map((name) => bundle(`export { ${name}, withDeployment } from './index.ts'`)),
    )
    const [reading, paying, everything] = bundles.map(({ text }) => text) as [string, string, string]
    const [stops, runs] = ['CHANNEL_STOPPED', 'NO_ELIGIBLE_PROVIDER']
    assert.deepEqual([reading.includes(stops), reading.includes(runs)], [false, false])
    assert.deepEqual([paying.includes(stops), paying.includes(runs)], [true, false])
    assert.deepEqual([everything.includes(stops), everything.includes(runs)], [true, true])
    // A single `import { z } from 'zod'` would bring all of zod, three hundred KiB with its translations.
    assert.ok(reading.length < 320 * 1_024, `${reading.length} bytes to read a job`)
  })

  it('finds an import of Node', async () => {
    const { nodeImports } = await bundle("import { readFile } from 'node:fs'; export { readFile }")
    assert.equal(nodeImports.length, 1)
  })

  it('loads and computes where there is no process, no Buffer and no require', async () => {
    const { text } = await bundle(await readFile(entry, 'utf8'))
    const web = {
      crypto,
      TextEncoder,
      TextDecoder,
      URL,
      AbortController,
      AbortSignal,
      setTimeout,
      clearTimeout,
    }
    const check = `
      const set = { x: dim.TensorSet.fromTyped('float32', new Float32Array([1, 2]), [2]) }
      JSON.stringify([typeof process, typeof Buffer, typeof require, dim.TensorSet.digest(set), typeof dim.runJob])
    `
    const answer: unknown = JSON.parse(runInNewContext(`${text};${check}`, { ...web }) as string)
    const { TensorSet } = await import('@dim/sdk')
    const digest = TensorSet.digest({ x: TensorSet.fromTyped('float32', new Float32Array([1, 2]), [2]) })
    assert.deepEqual(answer, ['undefined', 'undefined', 'undefined', digest, 'function'])
  })
})
