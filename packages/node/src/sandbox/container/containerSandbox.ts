import { platform } from 'node:os'
import Docker from 'dockerode'
import { SandboxBuildFailedError } from '../errors.ts'
import { defaultTemplate, type ExecutionTemplate } from '../executionTemplate.ts'
import { buildRootfs, type Rootfs } from '../rootfs/buildRootfs.ts'
import type { Sandbox, SandboxProbe } from '../sandbox.ts'
import { removeLeftFolders } from '../workFolder.ts'
import { ownerLabel } from './containerOptions.ts'
import { importImage, type SandboxImage } from './importImage.ts'
import { launchContainer } from './launchContainer.ts'

export type ContainerSandboxOptions = {
  /** The worker's module. */
  entry: string
  node: string
  /** Holds what the image is made of and what workers are shown. */
  workDir: string
  template?: ExecutionTemplate
  /** Socket of the engine's API: Docker's, or Podman's compatible one. */
  engineSocket?: string | undefined
}

const defaultSocket = '/var/run/docker.sock'
const probeTimeoutMs = 3_000

type Prepared = { rootfs: Rootfs; image: SandboxImage }

/** A container for each worker, at any engine that speaks Docker's protocol, from an image made on the spot. */
export function createContainerSandbox(options: ContainerSandboxOptions): Sandbox {
  const { entry, node, workDir, template = defaultTemplate, engineSocket = defaultSocket } = options
  const docker = new Docker({ socketPath: engineSocket })
  let prepared: Prepared | undefined

  return {
    level: 'container',
    describe: () => (prepared === undefined ? 'container' : `container ${prepared.image.digest}`),
    probe: () => probe(engineSocket, template),
    async prepare() {
      if (prepared !== undefined) return
      const rootfs = await buildRootfs({ workDir, node, entry, modelPath: template.modelPath })
      prepared = { rootfs, image: await importImage(docker, rootfs.dir) }
      await removeLeftovers(docker, workDir)
      removeLeftFolders(workDir)
    },
    launch(limits) {
      if (prepared === undefined) throw new SandboxBuildFailedError('it was not prepared')
      const { rootfs, image } = prepared
      return launchContainer({ docker, image: image.id, rootfs, workDir, template, limits })
    },
  }
}

async function probe(engineSocket: string, { containerRuntime }: ExecutionTemplate): Promise<SandboxProbe> {
  const fault = (reason: string, fix: string): SandboxProbe => ({
    level: 'container',
    available: false,
    reason,
    fix,
  })
  if (platform() !== 'linux') {
    return fault(
      "a container here is a Linux machine without this one's engine and GPU",
      'Run the provider on Linux for this level.',
    )
  }
  try {
    const docker = new Docker({ socketPath: engineSocket, timeout: probeTimeoutMs })
    const info = (await docker.info()) as Record<string, unknown>
    const runtimes = Object.keys((info.Runtimes as object | undefined) ?? {})
    if (info.MemoryLimit === false || info.PidsLimit === false) {
      return fault(
        'the engine limits neither memory nor processes here',
        'Enable the memory and pids controllers of control groups.',
      )
    }
    if (containerRuntime !== undefined && !runtimes.includes(containerRuntime)) {
      return fault(
        `the engine has no runtime "${containerRuntime}"`,
        `Install it, or set sandbox.containerRuntime to one of ${runtimes.join(', ')}.`,
      )
    }
    return {
      level: 'container',
      available: true,
      detail: `engine ${String(info.ServerVersion)} at ${engineSocket}`,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fault(
      `no engine answers at ${engineSocket}: ${reason}`,
      'apt install docker.io and start it, or set sandbox.engineSocket.',
    )
  }
}

/** Containers that a killed node left behind have ended by themselves, but stay listed. */
async function removeLeftovers(docker: Docker, owner: string): Promise<void> {
  const filters = { label: [`${ownerLabel}=${owner}`], status: ['exited', 'created', 'dead'] }
  const left = await docker.listContainers({ all: true, filters })
  await Promise.all(
    left.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => undefined),
    ),
  )
}
