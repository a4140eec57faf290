import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Address, Hex } from 'viem'
import type { CatalogueEntry } from './catalogue.ts'
import { selectModel } from './selectModel.ts'

/** The family that a deployment continues, and the version that it then has. */
export type Family = { family: Hex; version: string }

type Wanted = { owner: Address; onnxPath: string; name: string | undefined; family: string | undefined }

/** The named family, else that of the owner's model with the same name; the same file keeps its version. */
export async function findFamily(
  catalogue: readonly CatalogueEntry[],
  { owner, onnxPath, name, family }: Wanted,
): Promise<Family | undefined> {
  const newest = family === undefined ? ownNewest(catalogue, owner, name) : selectModel(catalogue, family)
  if (newest?.manifest === undefined) return newest && { family: newest.family, version: '1.0.0' }
  const { manifest } = newest
  const same =
    manifest.files.find(({ path }) => path === manifest.entry)?.sha256 === (await sha256Of(onnxPath))
  return { family: newest.family, version: same ? manifest.version : nextMinor(manifest.version) }
}

const ownNewest = (catalogue: readonly CatalogueEntry[], owner: Address, name: string | undefined) =>
  catalogue.find(
    (entry) =>
      entry.owner === owner &&
      entry.registrant === owner &&
      entry.manifest?.name === name &&
      entry.modelKey === entry.latest,
  )

async function sha256Of(path: string): Promise<Hex> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return `0x${hash.digest('hex')}`
}

/** 1.4.2 → 1.5.0; what is no such number gets one behind it. */
function nextMinor(version: string): string {
  const match = /^(\d+)\.(\d+)\.\d+$/.exec(version)
  return match === null ? `${version}.1` : `${match[1]}.${Number(match[2]) + 1}.0`
}
