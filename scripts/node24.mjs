// Plain JavaScript for any Node >= 18: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wantedMajor = 24
const rememberedAt = join(root, '.dim-cache', 'node24')

const majorOf = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0)

function isNode24(path) {
  if (!path || !existsSync(path)) return false
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return status === 0 && majorOf(stdout) >= wantedMajor
}

function remembered() {
  return existsSync(rememberedAt) ? readFileSync(rememberedAt, 'utf8').trim() : undefined
}

function fetchThroughNpx() {
  // The flag matters: under `ignore-scripts=true` npx would quietly run the old Node.
  const args = [
    '-y',
    '--ignore-scripts=false',
    '-p',
    `node@${wantedMajor}`,
    '--',
    'node',
    '-p',
    'process.execPath',
  ]
  const { stdout, stderr, status, error } = spawnSync('npx', args, {
    cwd: dirname(root),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const path = stdout?.trim().split('\n').at(-1)
  if (status === 0 && isNode24(path)) return path
  process.stderr.write(
    `NODE_UNAVAILABLE: DIM runs on Node ${wantedMajor}, this is ${process.version}, and \`npx node@${wantedMajor}\` did not bring it` +
      `${error ? ` (${error.message})` : ''}.\n${stderr ?? ''}\nNothing was changed. Install Node ${wantedMajor} from https://nodejs.org, or check that npm reaches its registry, and try again.\n`,
  )
  process.exit(1)
}

/** Path of a Node 24 binary: the running one, the one found before, or one fetched through npx. */
export function ensureNode24() {
  if (majorOf(process.version) >= wantedMajor) return process.execPath
  const known = remembered()
  if (isNode24(known)) return known
  process.stderr.write(
    `  node ${process.version} is too old for DIM: fetching Node ${wantedMajor} through npx (about 10 s, once) …\n`,
  )
  const path = fetchThroughNpx()
  mkdirSync(dirname(rememberedAt), { recursive: true })
  writeFileSync(rememberedAt, `${path}\n`)
  return path
}
