import { existsSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { SeedMissingError } from './seedMissing.ts'

/** Path of a file inside an installed package, whatever the package exports. */
export function packageFile(packageName: string, path: string): string {
  const manifest = findPackageJSON(packageName, import.meta.url)
  const file = manifest === undefined ? undefined : join(dirname(manifest), path)
  if (file === undefined || !existsSync(file)) throw new SeedMissingError(packageName, path)
  return file
}
