import { createHash } from 'node:crypto'
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256, toBytes } from 'viem'
import { z } from 'zod'
import { openFsStore } from '../content/fsStore.ts'
import { buildManifest } from '../models/publish.ts'
import { seedModels } from '../models/seeds/seedModels.ts'
import { createWorkerPool } from '../runtime/pool.ts'
import { devAccounts } from './accounts.ts'
import { repository } from './repository.ts'

const schema = z.strictObject({
  fingerprint: z.string(),
  models: z.array(z.strictObject({ name: z.string(), modelKey: z.templateLiteral(['0x', z.string()]) })),
})

export type Seeds = z.infer<typeof schema>

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const contentDir = (dir: string) => join(dir, 'seeds', 'content')

/** The devnet's models as manifests and blocks in its state folder: built once, and again when their source changes. */
export async function prepareSeeds(dir: string, { signal }: { signal: AbortSignal }): Promise<Seeds> {
  const fingerprint = await sourceFingerprint()
  const index = join(dir, 'seeds', 'models.json')
  const known = await readFile(index, 'utf8').catch(() => undefined)
  const parsed = known === undefined ? undefined : schema.safeParse(JSON.parse(known))
  if (parsed?.success === true && parsed.data.fingerprint === fingerprint) return parsed.data
  await rm(join(dir, 'seeds'), { recursive: true, force: true })
  await mkdir(contentDir(dir), { recursive: true })
  const seeds: Seeds = { fingerprint, models: await build(contentDir(dir), signal) }
  await writeFile(index, JSON.stringify(seeds))
  return seeds
}

async function build(dir: string, signal: AbortSignal): Promise<Seeds['models']> {
  const publisher = devAccounts().dev.address
  const content = await openFsStore({ dir })
  const pool = createWorkerPool({
    size: 2,
    memoryLimitBytes: 4 * 1024 ** 3,
    timeoutMs: 120_000,
    logger: silent,
    signal,
  })
  try {
    return await Promise.all(
      seedModels.map(async (seed) => {
        const { onnxPath, options } = await seed.prepare()
        const salt = sha256(toBytes(`dim devnet ${seed.name}`))
        const { modelKey } = await buildManifest({
          onnxPath,
          options: { ...options, publisher, salt },
          content,
          pool,
          signal,
        })
        return { name: seed.name, modelKey }
      }),
    )
  } finally {
    await pool.close()
    await content.close()
  }
}

/** Puts the seeds' blocks into a provider's store, which is empty or has them already. */
export async function copySeeds(dir: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 })
  await cp(contentDir(dir), target, { recursive: true, force: false })
}

async function sourceFingerprint(): Promise<string> {
  const hash = createHash('sha256')
  const paths: string[] = []
  for (const pattern of [
    'packages/node/src/models/**/*.ts',
    'packages/sdk/src/messages/**/*.ts',
    'package-lock.json',
  ]) {
    for await (const path of glob(pattern, { cwd: repository.root })) paths.push(path)
  }
  for (const path of paths.sort()) hash.update(path).update(await readFile(join(repository.root, path)))
  return hash.digest('hex')
}
