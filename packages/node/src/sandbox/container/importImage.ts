import type Docker from 'dockerode'
import { SandboxBuildFailedError } from '../errors.ts'
import { digestRootfs, packRootfs } from '../rootfs/packRootfs.ts'

export type SandboxImage = {
  /** By which the engine finds it. */
  id: string
  /** Of its only layer: what the worker runs on, whatever engine holds it. */
  digest: string
}

const repository = 'dim-sandbox'

/** Gives the engine an image made of a folder, unless it has it; no registry is asked. The engine's own digest of it must match. */
export async function importImage(docker: Docker, dir: string): Promise<SandboxImage> {
  const digest = await digestRootfs(dir)
  const tag = digest.slice('sha256:'.length, 'sha256:'.length + 24)
  const name = `${repository}:${tag}`
  const known = await inspect(docker, name)
  if (known?.digest === digest) return known
  const progress = await docker.importImage(packRootfs(dir), { repo: repository, tag })
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()))
  })
  const imported = await inspect(docker, name)
  if (imported?.digest === digest) return imported
  throw new SandboxBuildFailedError(
    `the engine's image is ${imported?.digest ?? 'missing'} instead of ${digest}`,
  )
}

async function inspect(docker: Docker, name: string): Promise<SandboxImage | undefined> {
  try {
    const { Id: id, RootFS } = await docker.getImage(name).inspect()
    const layers = RootFS.Layers ?? []
    return layers[0] === undefined || layers.length > 1 ? undefined : { id, digest: layers[0] }
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
    throw error
  }
}
