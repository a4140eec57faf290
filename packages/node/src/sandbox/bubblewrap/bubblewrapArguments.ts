import type { ExecutionTemplate } from '../executionTemplate.ts'
import { workerEnvironment } from '../executionTemplate.ts'
import { engineDataBytes } from '../process/processSandbox.ts'
import type { Rootfs } from '../rootfs/buildRootfs.ts'
import type { SandboxLimits } from '../sandbox.ts'

export type BubblewrapArgumentsOptions = {
  rootfs: Rootfs
  /** The folder of shown models on this machine. */
  stageDir: string
  template: ExecutionTemplate
  limits: SandboxLimits
  /** Descriptor from which bubblewrap reads the filter of system calls. */
  filterDescriptor: number
  /** Whether the kernel counts this user's processes; it does not count those of root. */
  limitsProcesses: boolean
}

const nobody = '65534'

/** Order counts: mounts come one after the other, and the whole is made read-only at the end. */
export function bubblewrapArguments(options: BubblewrapArgumentsOptions): string[] {
  const { rootfs, stageDir, template, limits, filterDescriptor, limitsProcesses } = options
  const environment = Object.entries(workerEnvironment(template))
  return [
    '--unshare-all',
    '--unshare-user',
    '--disable-userns',
    '--die-with-parent',
    '--new-session',
    ...['--uid', nobody, '--gid', nobody, '--hostname', 'sandbox', '--cap-drop', 'ALL', '--clearenv'],
    ...environment.flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--ro-bind', rootfs.dir, '/', '--proc', '/proc', '--dev', '/dev'],
    ...template.devices.flatMap((device) => ['--dev-bind', device, device]),
    ...['--remount-ro', '/dev', '--size', String(limits.tmpBytes), '--tmpfs', '/tmp'],
    ...['--ro-bind', stageDir, template.modelPath, '--remount-ro', '/', '--chdir', '/tmp'],
    ...['--seccomp', String(filterDescriptor), '--'],
    ...['/usr/bin/prlimit', `--data=${limits.memoryBytes + engineDataBytes}`, '--core=0'],
    `--fsize=${limits.tmpBytes}`,
    ...(limitsProcesses ? [`--nproc=${limits.maxProcesses}`] : []),
    rootfs.node,
    rootfs.entry,
  ]
}
