import type { ContainerCreateOptions } from 'dockerode'
import { type ExecutionTemplate, workerEnvironment } from '../executionTemplate.ts'
import { engineDataBytes } from '../process/processSandbox.ts'
import type { Rootfs } from '../rootfs/buildRootfs.ts'
import type { SandboxLimits } from '../sandbox.ts'

export type ContainerOptions = {
  image: string
  rootfs: Rootfs
  /** The folder of shown models on this machine. */
  stageDir: string
  /** Marks containers of one work folder, so that a later start finds what an earlier one left. */
  owner: string
  template: ExecutionTemplate
  limits: SandboxLimits
}

export const ownerLabel = 'dim.sandbox.owner'

const nobody = '65534:65534'
/** Of the process that hands frames on. */
const bridgeBytes = 64 * 1024 * 1024
const openFiles = 256

/** What one worker's container may do: no network, nothing to write but a small /tmp, no capabilities, counted and measured. */
export function containerOptions(options: ContainerOptions): ContainerCreateOptions {
  const { image, rootfs, stageDir, owner, template, limits } = options
  const memory = limits.memoryBytes + bridgeBytes
  const fixed = (name: string, value: number) => ({ Name: name, Soft: value, Hard: value })
  return {
    Image: image,
    Entrypoint: [rootfs.node],
    Cmd: [rootfs.bridge, rootfs.entry],
    User: nobody,
    WorkingDir: '/tmp',
    Env: Object.entries(workerEnvironment(template)).map(([name, value]) => `${name}=${value}`),
    Labels: { [ownerLabel]: owner },
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // The input of the container closes with this process, and the container ends with its input.
    StdinOnce: true,
    Tty: false,
    NetworkDisabled: true,
    HostConfig: {
      ...(template.containerRuntime === undefined ? {} : { Runtime: template.containerRuntime }),
      ...(template.cpus === undefined ? {} : { NanoCpus: Math.round(template.cpus * 1e9) }),
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: limits.maxProcesses,
      OomScoreAdj: 500,
      Binds: [`${stageDir}:${template.modelPath}:ro`],
      Tmpfs: { '/tmp': `rw,noexec,nosuid,nodev,mode=1777,size=${limits.tmpBytes}` },
      Devices: template.devices.map((path) => ({
        PathOnHost: path,
        PathInContainer: path,
        CgroupPermissions: 'rw',
      })),
      Ulimits: [
        fixed('nofile', openFiles),
        fixed('core', 0),
        fixed('data', limits.memoryBytes + engineDataBytes),
        fixed('fsize', limits.tmpBytes),
      ],
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}
