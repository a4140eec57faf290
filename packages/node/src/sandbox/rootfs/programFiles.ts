import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { SandboxBuildFailedError } from '../errors.ts'

/** Packages that only an install script of their dependent needs. */
const installOnly = new Set(['adm-zip', 'global-agent'])
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^'"`;]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g

/** Where each file of a program lies on this machine, by its place below the program's folder in the sandbox. */
export type ProgramFiles = { files: ReadonlyMap<string, string>; placeOf(source: string): string }

/** Follows the imports of modules: its own sources as they lie to each other, and the packages that they name. */
export function programFiles(entries: readonly string[]): ProgramFiles {
  const sources = new Set<string>()
  const packages = new Map<string, string>()
  const pending = entries.map((entry) => resolve(entry))
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (sources.has(path)) continue
    sources.add(path)
    for (const specifier of importsOf(path)) {
      if (specifier.startsWith('.')) pending.push(resolve(dirname(path), specifier))
      else addPackage(specifier, path, packages)
    }
  }
  const base = commonFolder([...sources])
  const files = new Map([...sources].map((path) => [relative(base, path), path]))
  for (const [place, dir] of packages) addFolder(files, place, dir)
  return { files, placeOf: (source) => relative(base, resolve(source)) }
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(importPattern)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .filter((specifier) => !specifier.startsWith('node:') && !builtinModules.includes(specifier))
}

function addPackage(specifier: string, from: string, packages: Map<string, string>): void {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (installOnly.has(name)) return
  const dir = packageFolder(name, from)
  const place = `node_modules${dir.slice(dir.indexOf(`${sep}node_modules`) + 13)}`
  if (packages.has(place)) return
  packages.set(place, dir)
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { dependencies?: object }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    addPackage(dependency, join(dir, 'package.json'), packages)
  }
}

function packageFolder(name: string, from: string): string {
  for (let at = dirname(from); ; at = dirname(at)) {
    const dir = join(at, 'node_modules', name)
    if (existsSync(join(dir, 'package.json'))) return installed(name, dir)
    if (at === dirname(at)) break
  }
  throw new SandboxBuildFailedError(`the package ${name} is not installed`)
}

/** Node strips no types below node_modules, so a package that is still TypeScript could not run inside. */
function installed(name: string, dir: string): string {
  if (realpathSync(dir).includes(`${sep}node_modules${sep}`)) return dir
  throw new SandboxBuildFailedError(`a worker must not import the workspace package ${name}`)
}

function addFolder(files: Map<string, string>, place: string, dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.name === 'node_modules' || isForeignBinary(path)) continue
    if (entry.isDirectory()) addFolder(files, join(place, entry.name), path)
    else if (entry.isFile() && !/\.(map|md|ts)$/.test(entry.name)) files.set(join(place, entry.name), path)
  }
}

/** The engine ships binaries of every platform. */
function isForeignBinary(path: string): boolean {
  const match = /\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(path)
  if (match === null) return false
  const [, system, processor] = match
  return system !== platform() || (processor !== undefined && processor !== arch())
}

function commonFolder(paths: readonly string[]): string {
  const [first = '', ...rest] = paths.map((path) => dirname(path))
  return rest.reduce((base, folder) => {
    let common = base
    while (!isWithin(folder, common)) common = dirname(common)
    return common
  }, first)
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === sep ? sep : folder + sep)
