import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import tar from 'tar-fs'

const options = {
  sort: true,
  umask: 0,
  map: (header: tar.Headers) => ({ ...header, uid: 0, gid: 0, mtime: new Date(0), mode: 0o755 }),
}

/** The folder as a tar stream that depends on nothing but names and contents. */
export const packRootfs = (dir: string): Readable => Readable.from(tar.pack(dir, options))

/** SHA-256 of that stream, as a container engine names the layer: `sha256:…`. */
export async function digestRootfs(dir: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(packRootfs(dir), hash)
  return `sha256:${hash.digest('hex')}`
}
