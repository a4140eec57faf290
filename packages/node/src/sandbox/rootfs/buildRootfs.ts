import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SandboxBuildFailedError } from '../errors.ts'
import { programFiles } from './programFiles.ts'
import { sharedLibraries } from './sharedLibraries.ts'

export type Rootfs = {
  /** A folder that holds all that a worker can see, and nothing else. */
  dir: string
  /** Paths inside. */
  node: string
  entry: string
  /** Hands frames on in a container. */
  bridge: string
}

export type RootfsOptions = { workDir: string; node: string; entry: string; modelPath: string }

/** Set limits and leave root before the worker starts. */
const tools = ['/usr/bin/prlimit', '/usr/bin/setpriv']
const linkAboveBytes = 1_048_576
const mountPoints = ['proc', 'dev', 'tmp', 'sys', 'etc', 'run']

/** Puts together what a worker runs on: Node, its libraries, the engine and the worker's sources. Built once, then found again. */
export async function buildRootfs(options: RootfsOptions): Promise<Rootfs> {
  const { workDir, node, entry, modelPath } = options
  const bridge = bridgeModule()
  const program = programFiles([entry, bridge])
  const files = new Map([...program.files].map(([place, path]) => [join('/app', place), path]))
  files.set('/bin/node', await realpath(node))
  for (const tool of tools) files.set(tool, await realpath(tool))
  const binaries = [...files].filter(([place, path]) => isBinary(place, path)).map(([, path]) => path)
  for (const library of sharedLibraries(binaries)) {
    if (!/\/libonnxruntime/.test(library)) files.set(library, await realpath(library))
  }
  const dir = join(workDir, `rootfs-${await fingerprint(files, modelPath)}`)
  if (!existsSync(dir)) await build(dir, files, modelPath)
  const inside = (module: string) => join('/app', program.placeOf(module))
  return { dir, node: '/bin/node', entry: inside(entry), bridge: inside(bridge) }
}

function bridgeModule(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`../container/bridge.${extension}`, import.meta.url))
}

const isBinary = (place: string, path: string): boolean =>
  /^\/(usr\/)?bin\//.test(place) || /\.(node|so)(\.[\d.]+)?$/.test(path)

async function fingerprint(files: ReadonlyMap<string, string>, modelPath: string): Promise<string> {
  const hash = createHash('sha256').update(modelPath)
  for (const [place, path] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { size, mtimeMs, ino } = await stat(path)
    hash.update(`${place}\0${path}\0${size}\0${mtimeMs}\0${ino}\n`)
  }
  return hash.digest('hex').slice(0, 24)
}

/** Whole or not at all: another process may build the same folder at the same time. */
async function build(dir: string, files: ReadonlyMap<string, string>, modelPath: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 })
  const draft = await mkdtemp(`${dir}.draft-`)
  try {
    await fill(draft, files, modelPath)
    await rename(draft, dir)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(dir)) throw new SandboxBuildFailedError(`${dir} cannot be written`, cause)
  }
}

async function fill(dir: string, files: ReadonlyMap<string, string>, modelPath: string): Promise<void> {
  await chmod(dir, 0o755)
  for (const place of [...mountPoints, modelPath])
    await mkdir(join(dir, place), { recursive: true, mode: 0o755 })
  for (const [place, path] of files) {
    const target = join(dir, place)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    await put(path, target)
  }
  await writeFile(join(dir, 'app', 'package.json'), '{"type":"module"}\n')
  await writeFile(join(dir, 'etc', 'passwd'), 'nobody:x:65534:65534:nobody:/tmp:/none\n')
  await writeFile(join(dir, 'etc', 'group'), 'nogroup:x:65534:\n')
}

/** Large files are linked where they can be; small ones are sources, which an editor may change in place. */
async function put(path: string, target: string): Promise<void> {
  const { mode, size } = await stat(path)
  if (size > linkAboveBytes && (mode & 0o444) === 0o444 && (await isLinked(path, target))) return
  await copyFile(path, target)
  await chmod(target, (mode & 0o111) === 0 ? 0o444 : 0o555)
}

const isLinked = (path: string, target: string): Promise<boolean> =>
  link(path, target).then(
    () => true,
    () => false,
  )
